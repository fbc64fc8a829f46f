# The documentation of the API
api-docs-title = API
api-docs-lead = Free times, bookings and what can be booked, for other programs.
api-docs-document = The OpenAPI document
api-docs-noscript = This page needs JavaScript. Everything it shows stands in the OpenAPI document, too.
