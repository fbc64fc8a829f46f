# Nachrichten rund um einen Besuch und die eigenen Worte der Praxis. Keine Behandlungen im Betreff: er steht auf gesperrten Bildschirmen.

words-subject-reminder = Erinnerung: Ihr Termin am { $when }
words-heading-reminder = Ihr Termin steht bevor
words-lead-reminder = Wir freuen uns auf Sie. Hier finden Sie noch einmal alles Wichtige.
words-subject-provider-reminder = Erinnerung: Buchung am { $when }
words-heading-provider-reminder = Eine Buchung steht bevor
words-lead-provider-reminder = Diese Buchung steht bevor.
words-subject-thank-you = Danke für Ihren Besuch bei { $clinic }
words-heading-thank-you = Danke für Ihren Besuch
words-lead-thank-you = Wir hoffen, Sie waren zufrieden. Falls etwas nicht so war, wie es sein sollte, antworten Sie bitte auf diese Nachricht: Wir lesen jede Antwort.
words-subject-missed-you = Wir haben Sie am { $when } vermisst
words-heading-missed-you = Wir haben Sie vermisst
words-lead-missed-you = Sicher ist Ihnen etwas dazwischengekommen; das passiert jedem. Gern finden wir eine andere Zeit für Sie.
words-subject-come-back = Schon eine Weile her: { $clinic }
words-heading-come-back = Es ist schon eine Weile her
words-lead-come-back = Ihr letzter Besuch bei { $clinic } liegt einige Zeit zurück. Wenn Sie möchten, wählen Sie eine Zeit, die Ihnen passt.
words-subject-birthday = Alles Gute zum Geburtstag von { $clinic }
words-heading-birthday = Alles Gute zum Geburtstag
words-lead-birthday = Alle bei { $clinic } wünschen Ihnen einen wunderbaren Tag und ein gutes neues Lebensjahr.

words-note-until = Etwas kommt dazwischen? Bis { $until } können Sie ändern oder absagen.
words-note-call = Etwas kommt dazwischen? Bitte rufen Sie uns an: { $phone }.
words-action-book-again = Andere Zeit wählen
words-action-book = Zeit wählen
words-unsubscribe = Keine Nachrichten dieser Art mehr
words-why-marketing = Sie erhalten diese Nachricht, weil Sie Nachrichten dieser Art von { $clinic } zugestimmt haben. Sie können das jederzeit beenden; Ihre Termine sind davon nicht betroffen.

# Textnachrichten: kurz und im kleinen Alphabet der Telefone.
words-sms-confirmation = { $clinic }: Ihr Termin am { $when } ist gebucht. Ansehen oder absagen: { $manage }
words-sms-request-received = { $clinic }: Ihre Anfrage für { $when } ist da, wir antworten bald. { $manage }
words-sms-approved = { $clinic }: Ihr Termin am { $when } ist bestätigt. Ansehen oder absagen: { $manage }
words-sms-declined = { $clinic }: { $when } ist leider nicht möglich. Andere Zeit wählen: { $book }
words-sms-change = { $clinic }: Ihr Termin ist jetzt am { $when }. Ansehen oder absagen: { $manage }
words-sms-cancellation = { $clinic }: Ihr Termin am { $when } ist abgesagt. Andere Zeit wählen: { $book }
words-sms-reminder = { $clinic }: Erinnerung an Ihren Termin am { $when }. Ansehen oder absagen: { $manage }
words-sms-missed-you = { $clinic }: Wir haben Sie am { $when } vermisst. Andere Zeit wählen: { $book }
words-sms-waitlist-offer = { $clinic }: Am { $when } ist ein Platz frei, bis { $until } für Sie zurückgelegt. Antworten: { $offer }
words-sms-provider-request = { $clinic }: neue Anfrage für { $when }. { $agenda }
words-sms-provider-booked = { $clinic }: Buchung am { $when }. { $agenda }
words-sms-provider-cancelled = { $clinic }: Buchung am { $when } abgesagt. { $agenda }
words-sms-provider-reminder = { $clinic }: Die Buchung am { $when } steht bevor. { $agenda }

# Was an einer Vorlage nicht stimmt.
words-line = Zeile { $line }: { $what }
words-wrong-empty = Bitte schreiben Sie hier etwas.
words-wrong-too-long = Das ist zu lang: höchstens { $max } Zeichen.
words-wrong-lines = Der Betreff ist eine Zeile.
words-wrong-too-big = Was aus diesem Text entsteht, ist zu lang für eine Nachricht.
words-wrong-endless = Eine Schleife in diesem Text endet nicht.
words-wrong-placeholder = Den Platzhalter „{ $name }“ gibt es in dieser Nachricht nicht. Alle, die es gibt, stehen in der Liste.
words-wrong-placeholder-meant = Den Platzhalter „{ $name }“ gibt es in dieser Nachricht nicht. Meinten Sie „{ $meant }“?
words-wrong-in-subject = „{ $name }“ darf nicht im Betreff stehen: Er erscheint auf gesperrten Bildschirmen und nennt keine Behandlungen und keine Personen.
words-wrong-filter = Den Filter „{ $name }“ gibt es nicht.
words-wrong-function = Die Funktion „{ $name }“ gibt es nicht.
words-wrong-statement = „{ $name }“ geht hier nicht: Vorlagen kennen if, elif, else, endif, for und endfor.
words-wrong-sign = „{ $sign }“ geht zwischen den Klammern nicht. Schreiben Sie die beiden stattdessen nebeneinander.
words-wrong-nothing = Hier wird etwas verwendet, das es nicht gibt.
words-wrong-syntax = Das wird nicht verstanden: { $detail }
words-wrong-tag = Das Element „{ $name }“ zeigen Mailprogramme nicht an, oder es ist in einer Mail nicht sicher.
words-wrong-attribute = Das Attribut „{ $name }“ darf im Element „{ $tag }“ einer Mail nicht stehen.
words-wrong-address = „{ $address }“ ist keine Adresse, auf die eine Mail führen darf. Links beginnen mit https://, mailto: oder tel:.
words-wrong-style = Die Gestaltung darf „{ $what }“ nicht enthalten: Mailprogramme lehnen das ab.
words-wrong-picture = Bilder von anderswo laden die meisten Mailprogramme nicht, und sie verraten anderen, wer die Mail liest.
words-wrong-unclosed = Das Element „{ $name }“ wird geöffnet und nie geschlossen.
words-wrong-stray = Das Element „{ $name }“ wird hier geschlossen und war nie geöffnet.

# Wovon eine Vorlage sprechen kann.
words-ph-greeting = Anrede mit Vornamen, oder ohne
words-ph-name = Vorname; leer, wenn er nicht bekannt ist
words-ph-heading = Überschrift von Rebook für diesen Fall
words-ph-lead = Erster Satz von Rebook für diesen Fall
words-ph-details = Die Tabelle der Angaben; steht allein
words-ph-buttons = Die Links; stehen allein
words-ph-notes = Hinweise und Regeln, klein gedruckt; stehen allein
words-ph-when = Tag und Uhrzeit, kurz
words-ph-date = Tag, ausgeschrieben
words-ph-time = Beginn
words-ph-end-time = Ende
words-ph-location = Name des Standorts
words-ph-address = Anschrift des Standorts
words-ph-provider = Bei wem der Termin ist
words-ph-service = Was gebucht wurde
words-ph-client = Name des Kunden
words-ph-reference = Buchungsnummer
words-ph-party = Wie viele kommen
words-ph-price = Preis; leer, wenn es keinen gibt
words-ph-notice = Wie lange vorher abgesagt werden kann; leer, wenn jederzeit
words-ph-deadline = Bis wann abgesagt werden kann
words-ph-policy = Ihre Worte zum Absagen
words-ph-reason = Warum abgelehnt oder abgesagt wurde, wie das Team es angab; kann leer sein
words-ph-until = Bis wann der Platz zurückgelegt ist
words-ph-minutes = Minuten, bis der Link verfällt
words-ph-count = Anzahl der Termine
words-ph-rhythm = Wie es sich wiederholt
words-ph-clinic = Name der Praxis
words-ph-clinic-phone = Telefon des Standorts oder der Praxis
words-ph-clinic-email = Mailadresse des Standorts oder der Praxis
words-ph-manage-url = Link zum Ansehen oder Absagen
words-ph-offer-url = Link zum Angebot oder zum Wunsch auf der Warteliste
words-ph-agenda-url = Link zum Tag im Kalender
words-ph-book-url = Link zur Wahl einer Zeit
words-ph-portal-url = Link zum eigenen Bereich
words-ph-unsubscribe-url = Link, der Werbung beendet; er steht ohnehin in jeder Werbung

# Erfundene Angaben, für eine Praxis ohne Buchungen.
words-sample-name = Anna
words-sample-last-name = Beispiel
words-sample-provider = Dr. Maja Beispiel
words-sample-service = Untersuchung
words-sample-rhythm = jede Woche am Dienstag

# Die Seiten.
words-title = Texte
words-lead = Jede Nachricht in Ihren eigenen Worten. Wo Sie nichts geschrieben haben, gelten die Worte von Rebook; sie ändern sich mit neuen Versionen, Ihre nie.
words-own = Ihre eigenen Vorlagen
words-to-clients = An Kunden
words-to-team = An das Team
words-archived = Nicht mehr verwendet
words-new = Eine weitere Vorlage
words-new-lead = Ein zweiter Text für dieselbe Art von Nachricht, zum Beispiel eine Erinnerung für Kinder. Eine Regel sagt, wo er gilt.
words-name = Name
words-kind = Nachricht
words-channel = Kanal
words-channel-mail = Mail
words-channel-sms = Textnachricht
words-add = Vorlage hinzufügen
words-archive = Nicht mehr verwenden
words-restore = Wieder verwenden
words-message = Nachricht
words-languages = Sprachen
words-used-by = Verwendet von
words-used-by-none = Keiner Regel
words-deeds = Was sich tun lässt
words-yours = Ihre Worte
words-ours = Worte von Rebook
words-broken = Funktioniert nicht
words-broken-somewhere = Ein Text funktioniert so nicht. Bis ihn jemand in Ordnung bringt, gehen stattdessen die Worte von Rebook hinaus.
words-done-archived = Die Vorlage wird nicht mehr verwendet. Regeln, die sie nennen, verwenden so lange die Worte der Nachricht.
words-done-restored = Die Vorlage wird wieder verwendet.
words-done-saved = Gespeichert. Ab jetzt gehen Nachrichten in diesen Worten hinaus.
words-done-reset = Es gelten wieder die Worte von Rebook.
words-done-added = Die Vorlage ist da. Schreiben Sie ihren Text; eine Regel sagt, wo er gilt.
words-too-many = Es gibt zu viele Vorlagen. Nehmen Sie zuerst eine außer Gebrauch.
words-not-by-text = Diese Nachricht lässt sich nicht als Textnachricht senden.
words-name-wrong = Bitte geben Sie einen Namen mit höchstens { $max } Zeichen an.
words-rule-reminder-early = Frühe Erinnerung
words-rule-reminder-late = Späte Erinnerung
words-write = Ihre Worte
words-written = Ihre Worte, gespeichert { $at }.
words-written-by = Ihre Worte, gespeichert von { $name }, { $at }.
words-rebooks = Worte von Rebook. Ändern Sie, was Sie möchten, und speichern Sie; Sie können jederzeit zurückkehren.
words-is-archived = Diese Vorlage wird nicht mehr verwendet.
words-stands-now = Was jetzt dort steht
words-changed = Jemand anderes hat diesen Text inzwischen gespeichert. Unten steht, was jetzt gilt, und was Sie geschrieben haben. Wenn Sie noch einmal speichern, gilt Ihrer.
words-subject = Betreff
words-subject-hint = Erscheint auf gesperrten Bildschirmen: keine Behandlungen, keine Namen.
words-body = Text
words-body-hint = Eine Leerzeile beginnt einen Absatz, # eine Überschrift, - eine Liste. **Fett** und [ein Link](https://…). Ein Link allein in seinem Absatz ist eine Schaltfläche.
words-sms-hint = Ein kurzer Text. Das Netz teilt lange in mehrere, und jeder Teil kostet.
words-html = Eigenes HTML
words-html-label = HTML anstelle des Textes oben
words-html-hint = Steht zwischen Kopf und Fuß der Mail. Einfache Elemente und Gestaltung; keine Skripte, keine Bilder von anderswo. Der Text oben geht weiterhin an Programme, die kein HTML zeigen.
words-save = Speichern
words-look = Vorschau zeigen
words-reset = Zurück zu den Worten von Rebook
words-reset-title = Zurück zu den Worten von Rebook?
words-reset-lead = Ihr Text wird verworfen, und Nachrichten gehen wieder in den Worten von Rebook hinaus. Das ginge verloren:
words-reset-do = Meinen Text verwerfen
words-reset-not = Meinen Text behalten
words-placeholders = Platzhalter
words-placeholders-lead = Sie stehen zwischen doppelten Klammern und werden für jede Nachricht ausgefüllt. Drücken Sie einen, um ihn dort einzusetzen, wo Sie gerade schreiben.
words-in-subject-too = auch im Betreff
words-example = jetzt: { $value }
words-preview = Vorschau
words-with-booking = Mit der Buchung { $reference }. Links führen hier nirgendwohin.
words-with-instead = Eine Buchung mit dieser Nummer gibt es nicht, darum ist dies { $reference }. Links führen hier nirgendwohin.
words-with-made-up = Mit erfundenen Angaben: Es gibt noch keine Buchung. Links führen hier nirgendwohin.
words-reference = Mit der Buchung
words-reference-hint = Ihre Nummer; leer für die neueste, die passt.
words-complaints = So lässt sich das noch nicht speichern; die Vorschau zeigt die Worte von Rebook.
words-complaint = { $field }: { $what }
words-narrow = So breit wie ein Telefon
words-as-text = Als reiner Text
words-size = { $characters } Zeichen, { $parts ->
    [one] ein Teil
   *[other] { $parts } Teile
  }.
words-size-wide = { $characters } Zeichen, { $parts ->
    [one] ein Teil
   *[other] { $parts } Teile
  }. Eines davon gehört nicht zum kleinen Alphabet der Telefone, darum passen nur 70 in einen Teil.
words-test = Test an mich senden
words-test-hint = An { $address }, wie oben geschrieben, gespeichert oder nicht.
words-test-sent = Ein Test ist unterwegs an { $address }.
