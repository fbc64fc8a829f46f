# Die Dokumentation der API
api-docs-title = API
api-docs-lead = Freie Zeiten, Buchungen und was gebucht werden kann, für andere Programme.
api-docs-document = Das OpenAPI-Dokument
api-docs-noscript = Diese Seite braucht JavaScript. Alles, was sie zeigt, steht auch im OpenAPI-Dokument.
