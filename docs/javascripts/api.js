// Draws the OpenAPI document that lies beside the page. Nothing is sent to any server from here.
document$.subscribe(() => {
  const place = document.getElementById("swagger-ui");
  if (!place) return;
  const draw = () =>
    SwaggerUIBundle({
      domNode: place,
      url: "../openapi.json",
      deepLinking: true,
      docExpansion: "none",
      supportedSubmitMethods: [],
      validatorUrl: null,
    });
  if (window.SwaggerUIBundle) return draw();
  const style = Object.assign(document.createElement("link"), {
    rel: "stylesheet",
    href: "../assets/swagger-ui.css",
  });
  const script = Object.assign(document.createElement("script"), {
    src: "../assets/swagger-ui-bundle.js",
    onload: draw,
  });
  document.head.append(style, script);
});
