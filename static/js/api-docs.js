// The page of the API: Swagger UI (a classic script that has been loaded before) over our own document.
const place = document.querySelector("[data-openapi]");
if (place) {
  globalThis.SwaggerUIBundle({ url: place.dataset.openapi, domNode: place, deepLinking: true, validatorUrl: null });
}
