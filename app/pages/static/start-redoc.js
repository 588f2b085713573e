Redoc.init(
  "/openapi.json",
  {
    requiredPropsFirst: true,
    pathInMiddlePanel: true,
    hideLogo: true,
    theme: {
      colors: {
        primary: { main: "#0f5f63" },
        error: { main: "#b3261e" },
        warning: { main: "#8a5300" },
        responses: {
          success: { tabTextColor: "#7ddc9a" },
          error: { tabTextColor: "#ff9d96" },
        },
      },
      typography: {
        fontFamily: "system-ui, sans-serif",
        headings: { fontFamily: "system-ui, sans-serif", fontWeight: "600" },
        code: { color: "#8f1d17", fontFamily: "ui-monospace, monospace" },
      },
    },
  },
  document.getElementById("redoc"),
);
