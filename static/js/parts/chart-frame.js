// Draws a chart above its table and folds the table away; draws it anew when the page, the colours or the medium change.
import { BarChart, HeatmapChart, LineChart, ScatterChart } from "echarts/charts";
import { GridComponent, LegendPlainComponent, TooltipComponent, VisualMapContinuousComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";

import { cellAt, heightOf, options, widthOf } from "./chart-kinds.js";
import { look, numbers } from "./chart-look.js";
import { data } from "./chart-table.js";

// Drawn on a canvas: the other renderer writes style attributes, which the page's policy forbids.
use([
  BarChart, HeatmapChart, LineChart, ScatterChart, GridComponent, LegendPlainComponent, TooltipComponent,
  VisualMapContinuousComponent, CanvasRenderer,
]);

// The width of a sheet between its margins, and the height of a chart on it.
const PAPER = { width: 640, height: 190, spark: 160 };

// The table stays in the page for readers, keys and paper, behind a summary.
const fold = (figure, table) => {
  const details = document.createElement("details");
  const summary = document.createElement("summary");
  summary.textContent = figure.dataset.open || table.caption?.textContent || "";
  details.className = "chart-table";
  table.replaceWith(details);
  details.append(summary, table);
  return details;
};

const place = (figure, shown, kind) => {
  const [frame, canvas] = [document.createElement("div"), document.createElement("div")];
  frame.className = "chart-frame";
  canvas.className = "chart-canvas";
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", figure.querySelector("caption")?.textContent.trim() ?? "");
  canvas.style.height = `${heightOf(kind, shown)}px`;
  const least = widthOf(kind, shown);
  if (least) {
    canvas.style.minWidth = `${least}px`;
    // What is scrolled is reached by keys.
    frame.tabIndex = 0;
    frame.setAttribute("role", "region");
    frame.setAttribute("aria-label", canvas.getAttribute("aria-label"));
  }
  frame.append(canvas);
  return { frame, canvas };
};

export const watch = (figure) => {
  const kind = figure.dataset.chart;
  const shown = data(figure);
  if (!shown.rows.length || !shown.series.some((series) => series.cells.some((cell) => cell.value !== null))) return;
  const format = numbers(figure);
  const { frame, canvas } = place(figure, shown, kind);
  const table = figure.querySelector(".table-wrap") ?? figure.querySelector("table");
  table.before(frame);
  const details = kind === "spark" ? null : fold(figure, table);
  if (!details) table.classList.add("visually-hidden");
  const chart = init(canvas, null, { renderer: "canvas" });
  const draw = (onPaper = false) => chart.setOption(options(kind, shown, look(figure, onPaper), format), true);
  draw();
  figure.dataset.drawn = "";

  const resized = new ResizeObserver(() => chart.resize());
  resized.observe(frame);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => draw());
  chart.on("click", (event) => {
    const href = cellAt(kind, shown, event)?.href;
    if (href) location.assign(href);
  });
  chart.on("mouseover", (event) => {
    canvas.querySelector("canvas").style.cursor = cellAt(kind, shown, event)?.href ? "pointer" : "default";
  });
  // Paper is narrow and white, and nobody opens a fold on it.
  let wasOpen = false;
  addEventListener("beforeprint", () => {
    wasOpen = details?.open ?? false;
    if (details) details.open = true;
    const width = kind === "spark" ? Math.min(PAPER.spark, canvas.clientWidth) : PAPER.width;
    chart.resize({ width, height: Math.min(PAPER.height, canvas.clientHeight) });
    canvas.style.height = "auto";
    draw(true);
  });
  addEventListener("afterprint", () => {
    if (details) details.open = wasOpen;
    canvas.style.height = `${heightOf(kind, shown)}px`;
    chart.resize({ width: "auto", height: "auto" });
    draw();
  });
};
