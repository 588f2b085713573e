Redoc.init(
  "/openapi.json",
  { requiredPropsFirst: true, pathInMiddlePanel: true, hideLogo: true },
  document.getElementById("redoc"),
);
