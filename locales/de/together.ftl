# Eine Mail für mehrere Mitglieder eines Haushalts.

together-subject = { $count } Termine am { $date }
together-heading = Bis bald
together-lead = Sie haben { $count } Termine bei uns. Weil sie an dieselbe Adresse gehen, stehen sie in einer Mail.
together-manage = { $name }: ansehen, verschieben, absagen
together-somebody = Termin
