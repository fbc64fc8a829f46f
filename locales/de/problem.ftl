# Was nicht ging, für Menschen. Der Titel nennt es, der Satz sagt, was zu tun ist.
problem-not-found-title = Diese Seite finden wir nicht
problem-not-found = Vielleicht ist die Adresse vertippt, oder der Link gilt nicht mehr.
problem-not-allowed-title = Das steht Ihnen nicht offen
problem-not-allowed = Ihre Rolle umfasst diese Seite nicht. Fragen Sie die Inhaberin, wenn Sie sie brauchen.
problem-foreign-form-title = Bitte senden Sie das Formular noch einmal
problem-foreign-form = Die Seite war zu lange offen, oder das Formular kam nicht von dieser Seite. Gehen Sie zurück, laden Sie neu und versuchen Sie es noch einmal.
problem-nonsense-title = Das haben wir nicht verstanden
problem-nonsense = Etwas in der Adresse oder im Formular ist nicht lesbar. Gehen Sie zurück und versuchen Sie es noch einmal.
problem-too-large-title = Das ist zu viel auf einmal
problem-too-large = Was Sie gesendet haben, ist länger, als wir annehmen können.
problem-too-often-title = Einen Moment bitte
problem-too-often = { $seconds ->
    [one] Von Ihrem Anschluss kamen viele Anfragen. Bitte versuchen Sie es in einer Sekunde noch einmal.
   *[other] Von Ihrem Anschluss kamen viele Anfragen. Bitte versuchen Sie es in { $seconds } Sekunden noch einmal.
}
problem-unavailable-title = Wir sind gerade ausgelastet
problem-unavailable = Es wurde nichts gespeichert. Bitte versuchen Sie es in ein paar Sekunden noch einmal.
problem-fault-title = Bei uns ist etwas schiefgegangen
problem-fault = Es wurde nichts gespeichert. Bitte versuchen Sie es noch einmal; wenn es wieder geschieht, nennen Sie uns das Zeichen unten.
