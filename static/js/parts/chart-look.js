// Colours of the page and numbers of its language: a chart looks like what stands around it, in light, dark and print.

const PRINT = {
  ink: "#15191e", faint: "#4c5561", line: "#dfe3e7", card: "#ffffff", soft: "#eef0f2", font: "sans-serif",
};

export const look = (figure, onPaper) => {
  const style = getComputedStyle(figure);
  const variable = (name) => style.getPropertyValue(name).trim();
  const accent = variable("--accent");
  const own = {
    ink: variable("--ink"), faint: variable("--ink-2"), line: variable("--line"), card: variable("--card"),
    soft: variable("--sunken"), font: style.fontFamily,
  };
  const hues = [accent, variable("--note"), variable("--warn"), variable("--ink-3"), variable("--ok"), variable("--bad")];
  // Media rules do not follow a script to paper, so its colours are named here.
  const paper = ["#0f766e", "#1f5599", "#8a4b00", "#6a737e", "#14713d", "#b4231a"];
  return {
    ...(onPaper ? { ...PRINT, font: own.font } : own),
    hues: onPaper ? paper : hues,
    isNarrow: !onPaper && figure.clientWidth < 520,
    calm: onPaper || matchMedia("(prefers-reduced-motion: reduce)").matches,
  };
};

export const numbers = (figure) => {
  const language = document.documentElement.lang || "en";
  const { unit = "count", currency = "USD", decimals = "2" } = figure.dataset;
  if (unit === "percent") {
    const format = new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 0 });
    return (value) => format.format(value);
  }
  if (unit === "money") {
    const scale = 10 ** Number(decimals);
    const format = new Intl.NumberFormat(language, {
      style: "currency", currency, currencyDisplay: "narrowSymbol", notation: "compact", maximumFractionDigits: 1,
    });
    return (value) => format.format(value / scale);
  }
  const format = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
  return (value) => format.format(value);
};
