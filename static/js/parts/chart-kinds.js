// What each kind of chart looks like, as options of ECharts. Words and amounts in tooltips are those of the table.

// Colour alone tells nothing to some eyes: lines differ in their strokes too.
const STROKES = ["solid", "dashed", "dotted", [8, 3, 2, 3]];
const SYMBOLS = ["circle", "rect", "triangle", "diamond"];

const frame = (look, more = {}) => ({
  animation: !look.calm,
  animationDuration: 350,
  textStyle: { fontFamily: look.font, color: look.faint },
  color: look.hues,
  ...more,
});

const tooltip = (look, more) => ({
  renderMode: "richText",
  confine: true,
  backgroundColor: look.card,
  borderColor: look.line,
  textStyle: { color: look.ink, fontFamily: look.font, fontSize: 13 },
  ...more,
});

const categories = (look, names, more = {}) => ({
  type: "category",
  data: names,
  axisLine: { lineStyle: { color: look.line } },
  axisTick: { show: false },
  axisLabel: { color: look.faint, hideOverlap: true },
  ...more,
});

const amounts = (look, format, more = {}) => ({
  type: "value",
  axisLabel: { color: look.faint, formatter: format, hideOverlap: true },
  splitLine: { lineStyle: { color: look.line } },
  ...more,
});

const grid = (more = {}) => ({ left: 4, right: 12, top: 12, bottom: 4, outerBoundsMode: "same", ...more });

const legend = (look, names) =>
  names.length < 2
    ? { show: false }
    : { type: "plain", top: 0, left: 0, itemWidth: 22, textStyle: { color: look.ink, fontFamily: look.font }, data: names };

// The band between two lines: an area that stands on an invisible one.
const band = (series, place, color, step) => {
  if (!series.cells.some((cell) => cell.low !== null && cell.high !== null)) return [];
  const part = (name, data, shown) => ({
    type: "line", name, data, step, stack: `band${place}`, symbol: "none", silent: true, lineStyle: { opacity: 0 },
    areaStyle: shown ? { color, opacity: 0.16 } : { opacity: 0 }, tooltip: { show: false }, z: 1,
    legendHoverLink: false, emphasis: { disabled: true },
  });
  const spread = (cell) => (cell.low === null || cell.high === null ? null : cell.high - cell.low);
  return [
    part(`low${place}`, series.cells.map((cell) => cell.low), false),
    part(`high${place}`, series.cells.map(spread), true),
  ];
};

// What stands at one place of the axis: a line for each series, in the words of the table.
const told = (shown) => (hovered) => {
  const first = Array.isArray(hovered) ? hovered[0] : hovered;
  const place = first.dataIndex;
  const lines = shown.series.map((series) => `${series.name}: ${series.cells[place]?.text || "–"}`);
  return [shown.rows[place]?.name, ...lines].join("\n");
};

const plotted = (shown, look, format, kind) => {
  const several = shown.series.length > 1;
  const step = kind === "survival" ? "end" : undefined;
  const series = shown.series.flatMap((one, place) => {
    const color = look.hues[place % look.hues.length];
    const as = one.as || (kind === "bar" ? "bar" : "line");
    const points = one.cells.map((cell) => cell.value);
    const drawn =
      as === "bar"
        ? { type: "bar", barMaxWidth: 40, itemStyle: { color, borderRadius: [3, 3, 0, 0] } }
        : {
            type: "line", step, symbol: SYMBOLS[place % SYMBOLS.length], symbolSize: 6, connectNulls: false,
            showSymbol: kind !== "survival" && points.length < 40,
            lineStyle: { width: 2.5, color, type: STROKES[place % STROKES.length] }, itemStyle: { color },
          };
    return [...(as === "bar" ? [] : band(one, place, color, step)), { ...drawn, name: one.name, data: points, z: 3 }];
  });
  return frame(look, {
    grid: grid({ top: several ? 40 : 12 }),
    legend: legend(look, shown.series.map((one) => one.name)),
    tooltip: tooltip(look, {
      trigger: "axis", formatter: told(shown), axisPointer: { type: kind === "bar" ? "shadow" : "line" },
    }),
    xAxis: categories(look, shown.rows.map((row) => row.name), {
      boundaryGap: kind === "bar" || series.some((one) => one.type === "bar"),
      // On a phone the names of bars stand askew, so that each has room.
      ...(kind === "bar" && look.isNarrow ? { axisLabel: { color: look.faint, interval: 0, rotate: 40 } } : {}),
    }),
    yAxis: amounts(look, format, kind === "survival" ? { min: 0, max: 1 } : {}),
    series,
  });
};

// Ranges lie on their side, so that names have room: a bar from low to high, with a point where the middle is.
const ranges = (shown, look, format) => {
  const [one] = shown.series;
  const names = shown.rows.map((row) => row.name);
  const color = look.hues[0];
  const bar = { type: "bar", stack: "range", barMaxWidth: 16, silent: true };
  const spread = (cell) => (cell.low === null || cell.high === null ? null : cell.high - cell.low);
  return frame(look, {
    grid: grid({ right: 20 }),
    tooltip: tooltip(look, { trigger: "axis", axisPointer: { type: "shadow" }, formatter: told(shown) }),
    xAxis: amounts(look, format, { min: (extent) => Math.min(0, extent.min) }),
    yAxis: categories(look, names, { inverse: true, axisLabel: { color: look.ink, width: 130, overflow: "truncate" } }),
    series: [
      { ...bar, data: one.cells.map((cell) => cell.low), itemStyle: { color: "transparent" } },
      { ...bar, data: one.cells.map(spread), itemStyle: { color, opacity: 0.3, borderRadius: 3 } },
      { type: "scatter", data: one.cells.map((cell) => cell.value), symbol: "diamond", symbolSize: 11, itemStyle: { color }, z: 4 },
    ],
  });
};

const heat = (shown, look) => {
  const cells = shown.series.flatMap((series, x) =>
    series.cells.map((cell, y) => ({ value: [x, y, cell.value], cell })).filter(({ cell }) => cell.value !== null),
  );
  const highest = Math.max(0.01, ...cells.map(({ cell }) => cell.value));
  return frame(look, {
    grid: grid({ top: 4 }),
    tooltip: tooltip(look, {
      formatter: ({ value: [x, y] }) =>
        `${shown.rowTitle}: ${shown.rows[y].name}\n${shown.series[x].name}: ${shown.series[x].cells[y].text}`,
    }),
    xAxis: categories(look, shown.series.map((series) => series.name), { position: "top", splitArea: { show: false } }),
    yAxis: categories(look, shown.rows.map((row) => row.name), { inverse: true }),
    visualMap: { show: false, min: 0, max: highest, inRange: { color: [look.soft, look.hues[0]] } },
    series: [
      {
        type: "heatmap",
        // On a strong shade the number takes the colour of the ground.
        data: cells.map(({ value }) => ({ value, label: { color: value[2] > highest * 0.55 ? look.card : look.ink } })),
        itemStyle: { borderColor: look.card, borderWidth: 2, borderRadius: 3 },
        label: {
          show: true,
          fontSize: shown.series.length > 13 ? 10.5 : 12,
          formatter: ({ value: [x, y] }) => shown.series[x].cells[y].text.replace(/\s?%.*$/s, ""),        },
        emphasis: { itemStyle: { borderColor: look.ink, borderWidth: 2 } },
      },
    ],
  });
};

const spark = (shown, look) => ({
  animation: false,
  grid: { left: 2, right: 4, top: 4, bottom: 4 },
  xAxis: { type: "category", show: false, boundaryGap: false, data: shown.rows.map((row) => row.name) },
  yAxis: { type: "value", show: false, scale: true },
  tooltip: tooltip(look, { trigger: "axis", formatter: told(shown), axisPointer: { type: "none" } }),
  series: shown.series.slice(0, 1).map((one) => ({
    type: "line", data: one.cells.map((cell) => cell.value), symbol: "circle", symbolSize: 4, showSymbol: false,
    lineStyle: { width: 2, color: look.hues[0] }, itemStyle: { color: look.hues[0] },
    areaStyle: { color: look.hues[0], opacity: 0.1 },
  })),
});

export const options = (kind, shown, look, format) => {
  if (kind === "heat") return heat(shown, look);
  if (kind === "range") return ranges(shown, look, format);
  if (kind === "spark") return spark(shown, look);
  return plotted(shown, look, format, kind);
};

// The cell that stands behind what was pointed at.
export const cellAt = (kind, shown, event) =>
  kind === "heat"
    ? shown.series[event.value[0]]?.cells[event.value[1]]
    : (shown.series.find((one) => one.name === event.seriesName) ?? shown.series[0])?.cells[event.dataIndex];

export const heightOf = (kind, shown) => {
  if (kind === "spark") return 44;
  if (kind === "heat") return 34 + 30 * shown.rows.length;
  if (kind === "range") return 40 + 34 * shown.rows.length;
  return 280;
};

// A heat map keeps cells that can be hit; what is wider than the page is scrolled in its own frame.
export const widthOf = (kind, shown) => (kind === "heat" ? 100 + 33 * shown.series.length : 0);
