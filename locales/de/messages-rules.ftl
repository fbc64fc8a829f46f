# Die Regeln der Nachrichten: was wann wem auf welchem Weg gesagt wird.
message-rules-title = Regeln
message-rules-lead = Eine Regel sagt, wann welche Nachricht hinausgeht. Schalten Sie ein, was Ihre Patienten bekommen sollen; alles, was eine Regel sendet oder nicht sendet, steht im Protokoll.
message-rules-add = Neue Regel
message-rules-occasion-booking = Wenn ein Termin gemacht wird
message-rules-occasion-change = Wenn er verschoben wird
message-rules-occasion-cancellation = Wenn er abgesagt oder abgelehnt wird
message-rules-occasion-before = Vor dem Besuch
message-rules-occasion-after = Nach dem Besuch
message-rules-occasion-away = Patienten ohne Termin
message-rules-occasion-none = Hier spricht keine Regel.

message-rule-confirmation = Bestätigung
message-rule-request-received = Anfrage eingegangen
message-rule-approved = Anfrage zugesagt
message-rule-declined = Anfrage abgelehnt
message-rule-change = Neue Zeit oder neuer Ort
message-rule-cancellation = Absage
message-rule-provider-request = Anfrage, an den Behandler
message-rule-provider-booked = Neue Buchung, an den Behandler
message-rule-provider-cancelled = Absage, an den Behandler
message-rule-waitlist-offer = Platz von der Warteliste
message-rule-reminder-early = Frühe Erinnerung
message-rule-reminder-late = Späte Erinnerung
message-rule-thank-you = Danke, wie war es?
message-rule-missed-you = Wir haben Sie vermisst
message-rule-come-back = Zeit für den nächsten Besuch
message-rule-birthday = Alles Gute zum Geburtstag

message-rules-when-requested = Wenn jemand eine Zeit anfragt
message-rules-when-booked = Wenn ein Termin gebucht wird
message-rules-when-approved = Wenn eine Anfrage zugesagt wird
message-rules-when-declined = Wenn eine Anfrage abgelehnt wird oder abläuft
message-rules-when-rescheduled = Wenn sich Zeit oder Ort eines Termins ändern
message-rules-when-cancelled = Wenn ein Termin abgesagt wird, von wem auch immer
message-rules-when-cancelled-by-client = Wenn der Patient absagt
message-rules-when-cancelled-by-clinic = Wenn die Praxis absagt
message-rules-when-before = Eine Weile vor einem Termin
message-rules-when-after = Eine Weile nach einem Besuch
message-rules-when-no-show = Wenn ein Patient nicht gekommen ist
message-rules-when-away = Eine Weile nach dem letzten Besuch, wenn kein Termin gebucht ist
message-rules-when-birthday = Am Geburtstag des Patienten
message-rules-when-waitlist-offer = Wenn ein Platz von der Warteliste für jemanden freigehalten wird

message-rules-span-minutes = { $count ->
    [one] 1 Minute
   *[other] { $count } Minuten
}
message-rules-span-hours = { $count ->
    [one] 1 Stunde
   *[other] { $count } Stunden
}
message-rules-span-days = { $count ->
    [one] 1 Tag
   *[other] { $count } Tage
}
message-rules-span-months = { $count } Monate
message-rules-before-elapsed = { $span } vor dem Termin
message-rules-before-same-day = Am Tag des Termins um { $time } Uhr
message-rules-before-day = Am Tag vor dem Termin um { $time } Uhr
message-rules-before-days = { $span } vor dem Termin um { $time } Uhr
message-rules-after-at-once = Sobald der Besuch vorbei ist
message-rules-after-elapsed = { $span } nach dem Besuch
message-rules-after-same-day = Am Tag des Besuchs um { $time } Uhr
message-rules-after-days = { $span } nach dem Besuch um { $time } Uhr
message-rules-no-show-at-once = Sobald ein Patient als nicht gekommen vermerkt ist
message-rules-no-show-elapsed = { $span } nach einem Termin, zu dem der Patient nicht kam
message-rules-no-show-same-day = Am Tag eines Termins, zu dem der Patient nicht kam, um { $time } Uhr
message-rules-no-show-days = { $span } nach einem Termin, zu dem der Patient nicht kam, um { $time } Uhr
message-rules-away-elapsed = { $span } nach dem letzten Besuch, wenn kein Termin gebucht ist
message-rules-away-days = { $span } nach dem letzten Besuch um { $time } Uhr, wenn kein Termin gebucht ist
message-rules-birthday-at = Am Geburtstag des Patienten um { $time } Uhr
message-rules-way-mail-client = per E-Mail an den Patienten
message-rules-way-mail-provider = per E-Mail an den Behandler
message-rules-way-mail-clinic = per E-Mail an die Praxis
message-rules-way-sms-client = per SMS an den Patienten
message-rules-way-sms = per SMS
message-rules-way-call = als Aufruf des Programms „{ $name }“
message-rules-sentence = { $when }, { $way }

message-rules-condition-first = Erster Besuch
message-rules-condition-returning = Bekannte Patienten
message-rules-condition-gone = nicht mehr vorhanden
message-rules-condition-tags = Merkmal: { $tags }
message-rules-condition-sources = Herkunft: { $sources }
message-rules-consent-recall = Erinnerungen an fällige Besuche
message-rules-consent-news = Neuigkeiten und Angebote
message-rules-consent-surveys = Fragen zum Besuch

message-rules-on = An
message-rules-off = Aus
message-rules-advertising = Werbung: { $consent }
message-rules-own = Eigene Regel
message-rules-waiting = { $count ->
    [0] keine wartet
    [one] 1 wartet
   *[other] { $count } warten
}
message-rules-sent = { $count ->
    [0] keine in 30 Tagen gesendet
    [one] 1 in 30 Tagen gesendet
   *[other] { $count } in 30 Tagen gesendet
}
message-rules-switch-on = Einschalten
message-rules-switch-on-of = Einschalten: { $name }
message-rules-switch-off = Ausschalten
message-rules-switch-off-of = Ausschalten: { $name }
message-rules-edit = Bearbeiten
message-rules-edit-of = Bearbeiten: { $name }
message-rules-words = Text
message-rules-words-of = Text von: { $name }
message-rules-archived = Weggelegt
message-rules-restore = Zurückholen
message-rules-back = Alle Regeln

message-rules-done-saved = Gespeichert.
message-rules-done-saved-waiting = { $count ->
    [one] Gespeichert. 1 wartende Nachricht folgt innerhalb einer Minute.
   *[other] Gespeichert. { $count } wartende Nachrichten folgen innerhalb einer Minute.
}
message-rules-done-added = Hinzugefügt und noch aus. Lesen Sie den Text, dann schalten Sie sie ein.
message-rules-done-on = Eingeschaltet. Was von jetzt an fällig wird, wird gesendet.
message-rules-done-off = Ausgeschaltet. Es wartete nichts von ihr.
message-rules-done-off-waiting = { $count ->
    [one] Ausgeschaltet. 1 wartende Nachricht wird innerhalb einer Minute zurückgenommen.
   *[other] Ausgeschaltet. { $count } wartende Nachrichten werden innerhalb einer Minute zurückgenommen.
}
message-rules-done-archived = Weggelegt. Was sie gesendet hat, bleibt im Protokoll.
message-rules-done-restored = Zurückgeholt, und aus.
message-rules-done-stopped = Gespeichert und ausgeschaltet: Die Regel würde jetzt andere Menschen erreichen. Sehen Sie sich die Zahl an, dann schalten Sie sie wieder ein.
message-rules-not-changed = Jemand anderes hat diese Regel gerade geändert. So steht sie jetzt da.
message-rules-not-built-in = Diese Regel gehört zu Rebook. Schalten Sie sie aus, wenn Sie sie nicht möchten.
message-rules-not-archived = Diese Regel wurde weggelegt. Holen Sie sie zuerst zurück.
message-rules-not-many = Sie haben { $max } eigene Regeln. Legen Sie zuerst einige weg.
message-rules-not-like-this = Diese Regel kann so nicht eingeschaltet werden: { $why }

message-rules-new-title = Neue Regel
message-rules-new-lead = Was soll die Nachricht auslösen?
message-rules-copy = Kopieren
message-rules-copy-title = Diese Regel kopieren
message-rules-copy-lead = Die Kopie ist eine eigene Regel mit anderem Namen und zunächst aus.
message-rules-copy-name = { $name } (Kopie)
message-rules-edit-title = Regel: { $name }
message-rules-contested = Jemand anderes hat diese Regel inzwischen gespeichert. Was Sie getippt haben, ist noch da; sehen Sie es durch und speichern Sie noch einmal, wenn es gelten soll.
message-rules-field-name = Name
message-rules-field-name-hint = Für Sie und Ihr Team; Patienten sehen ihn nicht.
message-rules-field-when = Wann
message-rules-field-elapsed-before = So lange davor
message-rules-field-elapsed-after = So lange danach
message-rules-field-amount = Wie lange
message-rules-field-unit = Einheit
message-rules-unit-minutes = Minuten
message-rules-unit-hours = Stunden
message-rules-unit-days = Tage
message-rules-field-days-before = Tage davor, zu einer Uhrzeit
message-rules-field-days-after = Tage danach, zu einer Uhrzeit
message-rules-field-days = Tage
message-rules-field-at = Um
message-rules-field-at-hint = Nach der Uhr des Standorts, im Sommer wie im Winter.
message-rules-field-days-hint = 1 ist der Tag davor, 0 der Tag des Termins selbst.
message-rules-field-days-after-hint = 0 ist der Tag des Besuchs selbst.
message-rules-field-grace-hint = So spät gebucht, dass der Zeitpunkt vorbei ist: Die Erinnerung wird noch gesendet, solange sie hilft.
message-rules-field-to = An wen und auf welchem Weg
message-rules-field-audience = An
message-rules-audience-client = Den Patienten
message-rules-audience-provider = Den Behandler
message-rules-audience-clinic = Die Praxis
message-rules-audience-endpoint = Ein anderes Programm
message-rules-field-channel = Weg
message-rules-channel-mail = E-Mail
message-rules-channel-sms = SMS
message-rules-channel-webhook = Aufruf eines Programms
message-rules-no-gateway = Für SMS fehlt noch ein Gateway.
message-rules-no-endpoint = Um ein anderes Programm aufzurufen, benennen Sie es zuerst.
message-rules-set-up = Unter Kanäle einrichten
message-rules-field-endpoint = Programm
message-rules-endpoint-choose = Bitte wählen
message-rules-field-template = Text
message-rules-field-template-hint = Eigene Texte schreiben Sie unter Texte.
message-rules-template-usual = Der übliche Text dieser Nachricht
message-rules-template-own = { $name } ({ $kind }, { $channel })
message-rules-field-purpose = Warum
message-rules-purpose-transactional = Sie gehört zum Termin
message-rules-purpose-transactional-hint = Wird ohne Nachfrage gesendet, auch in Ruhezeiten.
message-rules-purpose-marketing = Sie ist Werbung
message-rules-purpose-marketing-hint = Nur an Patienten, die zugestimmt haben, nie in Ruhezeiten, mit einem Link zum Abbestellen.
message-rules-purpose-law = Eine Frage, wie es war, eine Einladung zum nächsten Besuch und Geburtstagswünsche sind nach europäischem und deutschem Recht Werbung, so freundlich sie auch gemeint sind. Sie gehen nur an Patienten, die zugestimmt haben.
message-rules-field-consent = Patienten müssen zugestimmt haben zu
message-rules-consent-choose = Bitte wählen
message-rules-fixed = Wozu diese Regel dient, an wen und auf welchem Weg sie spricht, legt Rebook fest. Kopieren Sie sie für eine eigene Variante.
message-rules-field-conditions = Nur wenn
message-rules-field-conditions-hint = Nichts angekreuzt heißt: immer. Mehrere Kreuze in einer Liste heißen: eines davon.
message-rules-field-acquaintance = Wessen Termin
message-rules-acquaintance-anybody = Jeder
message-rules-acquaintance-first = Erster Besuch
message-rules-acquaintance-returning = Bekannte Patienten
message-rules-field-services = Leistungen
message-rules-field-categories = Kategorien
message-rules-field-providers = Behandler
message-rules-field-locations = Standorte
message-rules-field-languages = Sprachen
message-rules-field-tags = Merkmale des Patienten
message-rules-field-tags-hint = Durch Kommas getrennt. Im Gebrauch: { $words }
message-rules-field-tags-none = Durch Kommas getrennt. Noch hat kein Patient ein Merkmal.
message-rules-field-sources = Woher die Buchung kam
message-rules-field-sources-hint = Durch Kommas getrennt. Im Gebrauch: { $words }
message-rules-field-sources-none = Durch Kommas getrennt. Noch nennt keine Buchung eine Herkunft.
message-rules-field-priority = Rang
message-rules-field-priority-hint = 0 bis 100. Wenn ein Patient in einer Woche genug Nachrichten hatte, geht die mit dem höheren Rang zuerst.
message-rules-save = Speichern
message-rules-cancel = Abbrechen
message-rules-archive = Weglegen
message-rules-archive-title = Diese Regel weglegen
message-rules-archive-lead = Sie spricht nicht mehr; was sie gesendet hat, bleibt im Protokoll. Sie kann zurückgeholt werden.
message-rules-wrong-number = Bitte eine ganze Zahl von { $min } bis { $max }.
message-rules-wrong-time = Bitte eine Uhrzeit wie 17:00.

message-rules-flaw-name-long = Bitte höchstens { $max } Zeichen.
message-rules-flaw-nothing = Dazu gibt es für sie keine Nachricht.
message-rules-flaw-near = Bitte mindestens { $span }.
message-rules-flaw-far = Bitte höchstens { $span }.
message-rules-flaw-at-once = Diese Nachricht geht sofort hinaus.
message-rules-flaw-time = Bitte sagen Sie, um welche Uhrzeit.
message-rules-flaw-gateway = Für SMS fehlt noch ein Gateway.
message-rules-flaw-sms-others = SMS gehen nur an Patienten.
message-rules-flaw-endpoint = Bitte wählen Sie ein Programm, das eingeschaltet ist.
message-rules-flaw-words = Dieser Text sagt etwas anderes oder ist für einen anderen Weg geschrieben. Bitte wählen Sie einen anderen.
message-rules-flaw-advertising = Das ist nach europäischem und deutschem Recht Werbung: Der Patient muss zugestimmt haben.
message-rules-flaw-advertising-others = Werbung geht nur an Patienten.
message-rules-flaw-consent = Bitte wählen Sie, wozu Patienten zugestimmt haben müssen.
message-rules-flaw-many = Bitte höchstens { $max } Wörter mit bis zu 60 Zeichen.
message-rules-flaw-priority = Bitte eine Zahl von 0 bis 100.

message-rules-mass-title = Einschalten: { $name }
message-rules-mass-lead = Diese Regel spricht Patienten als solche an und erreicht daher vielleicht viele auf einmal. Sehen Sie sich die Zahlen an, bevor Sie sie einschalten.
message-rules-mass-people = { $count ->
    [0] Sie betrifft im Moment niemanden.
    [one] Sie betrifft im Moment 1 Patienten.
   *[other] Sie betrifft im Moment { $count } Patienten.
}
message-rules-mass-label-people = Patienten, die sie jetzt betrifft
message-rules-mass-label-refused = Davon ohne Zustimmung: Sie bekommen nichts
message-rules-mass-label-told = Davon bekommen eine Nachricht
message-rules-mass-label-cap = Höchstens an einem Tag
message-rules-mass-days = { $count ->
    [0] Jetzt bekommt niemand eine Nachricht. Die Regel wartet auf Patienten, die zustimmen.
    [one] Alle werden innerhalb eines Tages erreicht.
   *[other] Mit dieser Grenze dauert es etwa { $count } Tage, bis alle erreicht sind.
}
message-rules-mass-later = Von da an spricht die Regel jeden Patienten einmal an, wenn der Zeitpunkt kommt.
message-rules-mass-confirm = { $count ->
    [0] Einschalten
    [one] Für 1 Patienten einschalten
   *[other] Für { $count } Patienten einschalten
}
message-rules-mass-grown = Inzwischen betrifft die Regel mehr Menschen, als Sie bestätigt hatten. Bitte sehen Sie sich die Zahl noch einmal an.
message-rules-mass-settings = Die Tagesgrenze ändern
