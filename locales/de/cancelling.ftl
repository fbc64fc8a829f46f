# Absagen: Gründe, Zählung, und der Tag eines Behandlers.

cancel-reason-no-time = Ich kann an diesem Termin nicht
cancel-reason-feeling-better = Es ist nicht mehr nötig
cancel-reason-ill = Ich bin krank
cancel-reason-too-expensive = Es ist mir zu teuer
cancel-reason-elsewhere = Ich gehe woandershin
cancel-reason-other = Ein anderer Grund
cancel-reason-provider-ill = Der Behandler ist erkrankt
cancel-reason-clinic-closed = Die Praxis ist geschlossen
cancel-reason-equipment = Ein Gerät ist ausgefallen
cancel-reason-client-asked = Auf Wunsch des Patienten
cancel-reason-clinic-other = Ein anderer Grund

cancelling-choose = Bitte wählen
cancelling-reason = Grund
cancelling-reason-unknown = Bitte wählen Sie einen Grund aus der Liste.
cancelling-more = Möchten Sie noch etwas sagen?
cancelling-by-client = Vom Patienten
cancelling-by-clinic = Von der Praxis

cancelling-reasons = Absagegründe
cancelling-reasons-card = Woraus Patienten und Team wählen, wenn etwas abgesagt wird
cancelling-reasons-count = { $count ->
    [one] { $count } Grund
   *[other] { $count } Gründe
}
cancelling-reasons-client = Patienten werden gefragt
cancelling-reasons-client-lead = Wer absagt, kann einen Grund wählen und ein paar Worte dazu schreiben.
cancelling-reasons-clinic = Das Team wird gefragt
cancelling-reasons-clinic-lead = Patienten lesen den Grund in der Mail über die Absage.
cancelling-reasons-none = Es wird kein Grund angeboten; es gibt nur ein freies Textfeld.
cancelling-reasons-archived = Nicht mehr gefragt
cancelling-reasons-many = Es gibt schon { $max } Gründe. Nehmen Sie zuerst einen heraus.
cancelling-reason-new = Grund hinzufügen
cancelling-reason-text = Text auf { $language }
cancelling-reason-client-lead = Kurz und freundlich: Patienten lesen ihn beim Absagen.
cancelling-reason-clinic-lead = Patienten lesen ihn in ihrer Mail. Sagen Sie über die Gesundheit einer Person nicht mehr, als sie möchte.
cancelling-restore = Wieder fragen
cancelling-up = „{ $what }“ nach oben
cancelling-down = „{ $what }“ nach unten
cancelling-edit = „{ $what }“ bearbeiten
cancelling-archive = „{ $what }“ nicht mehr anbieten

cancelling-counts = Zuverlässigkeit
cancelling-kept = Wahrgenommen
cancelling-late = Kurzfristige Absagen
cancelling-missed = Nicht erschienen

calloff-title = Tag eines Behandlers absagen
calloff-open = Jemand krank?
calloff-lead = Jemand ist krank oder verhindert: Wählen Sie wen und wann, sehen Sie, wer betroffen ist, und geben Sie allen auf einmal Bescheid.
calloff-from = Von (optional)
calloff-until = Bis (optional)
calloff-wrong-provider = Bitte wählen Sie einen Behandler.
calloff-wrong-day = Bitte wählen Sie einen Tag.
calloff-wrong-time = Bitte geben Sie eine Uhrzeit an, etwa 13:30.
calloff-wrong-order = Das Ende muss nach dem Anfang liegen.
calloff-concerned = { $count ->
    [one] Ein Termin ist betroffen
   *[other] { $count } Termine sind betroffen
}
calloff-none-title = Dann ist nichts gebucht
calloff-none = { $provider } hat keine Termine: { $when }.
calloff-begun = Hat schon begonnen
calloff-gets-mail = Bekommt eine Mail
calloff-must-call = Keine Mailadresse: { $phone } anrufen
calloff-no-way = Weder Mailadresse noch Telefonnummer
calloff-say = Was die Patienten lesen
calloff-words = Ein paar Worte an die Patienten
calloff-words-hint = Alle lesen dasselbe. Nennen Sie keine Krankheiten.
calloff-offer = In der Mail andere Zeiten anbieten
calloff-offer-hint = Jede Mail nennt die nächsten drei passenden Zeiten, mit einem Klick zu buchen.
calloff-calendar = Und der Kalender
calloff-close = Diese Zeit schließen, damit niemand hineinbucht
calloff-close-hint = Wird als genehmigte Abwesenheit eingetragen.
calloff-send = Absagen und Bescheid geben
calloff-send-close = Diese Zeit schließen
calloff-back = Zurück zum Kalender
calloff-done = { $count ->
    [one] Ein Termin wurde abgesagt.
   *[other] { $count } Termine wurden abgesagt.
}
calloff-done-closed = Die Zeit ist geschlossen. Es war nichts gebucht.
calloff-nothing = Bitte wählen Sie mindestens einen Termin, oder schließen Sie die Zeit.
calloff-many = Höchstens { $max } Termine auf einmal.
calloff-changed = { $count ->
    [one] Einer der Termine hat sich inzwischen geändert, deshalb wurde nichts abgesagt. Bitte sehen Sie die Liste noch einmal an.
   *[other] { $count } der Termine haben sich inzwischen geändert, deshalb wurde nichts abgesagt. Bitte sehen Sie die Liste noch einmal an.
}
calloff-not-closed = Diese Zeit konnte nicht geschlossen werden, deshalb wurde nichts abgesagt.
calloff-to-call = { $count ->
    [one] Bitte rufen Sie einen Patienten an
   *[other] Bitte rufen Sie { $count } Patienten an
}
calloff-to-call-lead = Sie sind per Mail nicht zu erreichen.
calloff-no-phone = Keine Telefonnummer
calloff-no-mail = Es wurde keine Mail geschrieben
calloff-told = { $count ->
    [one] Ein Patient erfährt es per Mail
   *[other] { $count } Patienten erfahren es per Mail
}

cancelling-mail-lead = Es tut uns leid: Wir müssen diesen Termin absagen, der Eintrag in Ihrem Kalender wird zurückgenommen. Gern sehen wir Sie zu einer anderen Zeit.
cancelling-mail-lead-others = Es tut uns leid: Wir müssen diesen Termin absagen, der Eintrag in Ihrem Kalender wird zurückgenommen. Diese Zeiten sind gerade frei; ein Klick genügt.
cancelling-mail-other = { $when } bei { $provider }
calloff-preview = Mail zuerst ansehen
calloff-preview-of = Was { $name } lesen würde
