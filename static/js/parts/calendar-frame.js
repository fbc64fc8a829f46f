// Puts the calendar into its page and ties everything together.
import { createCalendar, DayGrid, Interaction, ResourceTimeGrid, TimeGrid } from "@event-calendar/core";
import { ask, post, put } from "./calendar-ask.js";
import { contentOf, sentenceOf } from "./calendar-card.js";
import { keys } from "./calendar-keys.js";
import { listen } from "./calendar-live.js";
import { addressOf, eventsAddress, stateOf, viewOf } from "./calendar-state.js";
import { clockOf, dateOf, dayOf, minutesBetween, stepped, timeText, titleOf, wallOf } from "./calendar-time.js";

const BLOCK_MINUTES = 30;
const PLACES_IN_TABLE = ["aria-colindex", "aria-rowindex", "aria-colcount", "aria-rowcount", "aria-colspan", "aria-rowspan"];

export function start(page) {
  const words = JSON.parse(page.dataset.words);
  const state = stateOf(page);
  const find = (name) => page.querySelector(`[data-${name}]`);
  const [root, list, panel, panelBody] = [find("calendar"), find("calendar-list"), find("calendar-panel"), find("panel-body")];
  const [dialog, dialogBody, menu, trouble] = [find("calendar-dialog"), find("dialog-body"), find("calendar-menu"), find("calendar-trouble")];
  const isDesk = "desk" in page.dataset;
  const language = document.documentElement.lang;
  let stamp = "";
  let columns = [];
  let calendar;
  let opened;

  const says = find("calendar-says");
  const say = (text) => {
    says.textContent = "";
    requestAnimationFrame(() => (says.textContent = text));
  };
  const worry = (text) => {
    trouble.hidden = !text;
    trouble.querySelector("p").textContent = text || "";
  };

  // ---- what is shown ---------------------------------------------------------------------------------------------
  const kindOf = (view) => {
    if (view === "month") return "dayGridMonth";
    if (state.provider && state.by !== "room") return view === "week" ? "timeGridWeek" : "timeGridDay";
    return view === "week" ? "resourceTimeGridWeek" : "resourceTimeGridDay";
  };
  const headOf = (view) =>
    view === "month" ? { weekday: "long" } : { weekday: "short", day: "numeric", month: "numeric" };
  const load = async (info) => {
    let answer;
    try {
      answer = await ask(eventsAddress(state, info.start, info.end));
    } catch {
      worry(words.offline);
      return frame.known ?? [];
    }
    if (!answer.ok) {
      worry(words.offline);
      return frame.known ?? [];
    }
    worry("");
    const shown = await answer.json();
    stamp = shown.stamp;
    frame.offset = shown.offset;
    columns = shown.resources.map((column) => ({ ...column, title: column.title || words.noRoom }));
    queueMicrotask(() => {
      calendar.setOption("timeZone", shown.offset);
      if (JSON.stringify(columns) !== frame.columnsShown) {
        frame.columnsShown = JSON.stringify(columns);
        calendar.setOption("resources", columns);
        calendar.setOption("columnWidth", widthOf());
      }
      requestAnimationFrame(bringIntoSight);
    });
    frame.known = shown.events;
    return shown.events;
  };
  // A week of everybody is wider than the window: the day that was asked for comes into sight, once.
  const bringIntoSight = () => {
    const main = root.querySelector(".ec-main");
    const shown = `${state.view} ${state.date}`;
    if (!main || viewOf(state) !== "week" || frame.inSight === shown) return;
    frame.inSight = shown;
    const side = root.querySelector(".ec-sidebar")?.offsetWidth ?? 0;
    const days = Math.round((dateOf(state.date) - calendar.getView().currentStart) / 86400000 - 0.5);
    main.scrollLeft = ((main.scrollWidth - side) / 7) * days;
  };
  const widthOf = () => {
    const view = viewOf(state);
    if (view === "month") return undefined;
    const count = (columns.length || 1) * (view === "week" ? 7 : 1);
    const least = view === "week" && columns.length > 1 ? 104 : 148;
    return count * least > root.clientWidth - 60 ? `${least}px` : undefined;
  };

  const changed = () => {
    history.replaceState(null, "", addressOf(state));
    for (const link of page.querySelectorAll("[data-view-link]")) {
      const is = link.dataset.viewLink === viewOf(state);
      if (is) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
      link.href = addressOf({ ...state, view: link.dataset.viewLink });
    }
    for (const step of page.querySelectorAll("[data-step]")) {
      const by = Number(step.dataset.step);
      step.href = addressOf({ ...state, date: by === 0 ? page.dataset.today : stepped(state.date, viewOf(state), by) });
    }
    const with_ = (selector, path, values) => {
      const link = page.querySelector(selector);
      const given = Object.entries(values).filter(([, value]) => value);
      if (link) link.href = `${path}?${new URLSearchParams(given)}`;
    };
    with_("[data-book]", "/staff/book", { day: state.date, location: state.location, provider: state.provider, service: state.service });
    with_("[data-find]", "/staff/find-time", { from: state.date, location: state.location, provider: state.provider, service: state.service });
    with_("[data-block]", "/staff/calendar/block", { date: state.date, location: state.location, provider: state.provider, back: addressOf(state) });
    with_("[data-call-off]", "/staff/call-off", { day: state.date });
    with_("[data-sheet]", "/staff/day-sheet", { day: state.date, location: state.location, provider: state.provider });
    find("calendar-today")?.toggleAttribute("hidden", state.date !== page.dataset.today);
    const field = page.querySelector("#f-date");
    if (field) field.value = state.date;
  };

  // ---- panel -----------------------------------------------------------------------------------------------------
  const open = async (address, id) => {
    opened = { address, id };
    panel.hidden = false;
    page.classList.add("has-panel");
    const separator = address.includes("?") ? "&" : "?";
    const answer = await ask(`${address}${separator}part=1&back=${encodeURIComponent(addressOf(state))}`);
    if (!answer.ok) {
      say(words.failed);
      return close();
    }
    put(panelBody, await answer.text());
    panelBody.querySelector("[data-panel-title]")?.focus();
  };
  const close = () => {
    menu.hidden = true;
    if (panel.hidden) return;
    panel.hidden = true;
    page.classList.remove("has-panel");
    panelBody.replaceChildren();
    if (opened?.id) control.focus(opened.id);
    opened = undefined;
  };
  find("panel-close").addEventListener("click", close);
  panel.addEventListener("submit", async (event) => {
    const form = event.target;
    if (form.matches("[data-find-form]")) {
      event.preventDefault();
      const query = new URLSearchParams(new FormData(form));
      return open(`${form.getAttribute("action")}?${query}`);
    }
    // Arrived, begun, missed, and any of them taken back.
    if (!/\/staff\/bookings\/[^/]+\/(arrive|start|no-show|undo)$/.test(form.action)) return;
    event.preventDefault();
    const answer = await post(form.action, new FormData(form));
    if (!answer.ok) return (location.href = form.action.replace(/\/[a-z-]+$/, ""));
    await calendar.refetchEvents();
    if (opened) await open(opened.address, opened.id);
    say(words.updated);
  });
  panel.addEventListener("click", (event) => {
    const link = event.target.closest("[data-find-link]");
    if (!link) return;
    event.preventDefault();
    open(link.getAttribute("href"));
  });
  for (const name of ["find", "block"]) {
    find(name)?.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      open(event.currentTarget.getAttribute("href"));
    });
  }

  // ---- changes ---------------------------------------------------------------------------------------------------
  // Shows the answer of the server; `back` puts the card where it was.
  const settle = async (answer, back) => {
    if (answer.redirected) {
      dialog.close("done");
      calendar.refetchEvents();
      return say(words.updated);
    }
    put(dialogBody, await answer.text());
    const outcome = dialogBody.querySelector("[data-outcome]");
    if (outcome?.dataset.outcome === "done") {
      dialog.close("done");
      calendar.refetchEvents();
      return say(outcome.dataset.says);
    }
    if (!answer.ok && !outcome && !dialogBody.querySelector("form")) {
      back();
      return say(words.failed);
    }
    if (outcome?.dataset.outcome === "changed") {
      back();
      calendar.refetchEvents();
    }
    dialog.returnValue = "";
    if (!dialog.open) {
      dialog.showModal();
      dialog.addEventListener("close", () => dialog.returnValue !== "done" && back(), { once: true });
    }
    dialogBody.querySelector("[data-dialog-title]")?.focus();
  };
  const trying = async (address, values, back) => {
    try {
      await settle(await post(address, { csrf: page.dataset.csrf, ...values }), back);
    } catch {
      back();
      say(words.failed);
    }
  };
  const moved = (event, was, back) => {
    const props = event.extendedProps;
    const column = event.resourceIds[0] !== was.resourceIds[0] ? event.resourceIds[0] : "";
    const minutes = minutesBetween(event.start, event.end);
    const byRoom = state.by === "room";
    if (props.kind === "block") {
      const values = { version: props.version, date: dayOf(event.start), time: clockOf(event.start), minutes, part: "1" };
      return block(props.id, values, byRoom ? { room: column } : { provider: column }, back);
    }
    const values = { version: props.version, start: wallOf(event.start), minutes };
    if (column) values[byRoom ? "room" : "provider"] = column;
    return trying(`/staff/calendar/bookings/${props.id}/preview`, values, back);
  };
  // The block's own form holds what does not change.
  const block = async (id, values, column, back) => {
    const address = `/staff/calendar/blocks/${id}`;
    const answer = await ask(`${address}?part=1`);
    const shown = document.createElement("div");
    put(shown, answer.ok ? await answer.text() : "");
    const form = shown.querySelector("[data-block-form]");
    if (!form) {
      back();
      return say(words.failed);
    }
    const all = Object.fromEntries(new FormData(form));
    for (const [name, value] of Object.entries(column)) if (value) all[name] = value;
    return trying(address, { ...all, ...values }, back);
  };
  dialog.addEventListener("click", (event) => {
    if (event.target.closest("[data-put-back]")) dialog.close("");
  });
  dialog.addEventListener("change", (event) => {
    const mail = dialogBody.querySelector(".change-mail");
    if (event.target.name === "tell" && mail) mail.open = event.target.value === "yes";
  });
  dialog.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.matches("[data-change-form], [data-block-form]")) return;
    event.preventDefault();
    event.stopPropagation();
    const values = new URLSearchParams(new FormData(form));
    if (form.matches("[data-block-form]")) values.set("part", "1");
    try {
      await settle(await post(form.action, values), () => calendar.refetchEvents());
    } catch {
      dialog.close("");
      say(words.failed);
    }
  });
  const dropped = (info) => moved(info.event, info.oldEvent, info.revert);

  // ---- empty time ------------------------------------------------------------------------------------------------
  const offer = (from, until, resource, point) => {
    const column = resource?.id ?? (state.by === "room" ? "" : state.provider);
    const entries = [];
    if (isDesk) {
      const start = `${wallOf(from)}:00${frame.offset ?? ""}`;
      const values = { day: dayOf(from), time: clockOf(from), start, location: state.location, service: state.service };
      if (state.by !== "room" && column) values.provider = column;
      entries.push([words.bookHere, `/staff/book?${new URLSearchParams(Object.entries(values).filter(([, value]) => value))}`]);
    }
    const values = { date: dayOf(from), time: clockOf(from), minutes: minutesBetween(from, until), location: state.location };
    if (column && column !== "none") values[state.by === "room" ? "room" : "provider"] = column;
    entries.push([words.blockHere, `/staff/calendar/block?${new URLSearchParams(Object.entries(values).filter(([, value]) => value))}`]);
    const heading = document.createElement("p");
    heading.textContent = `${timeText(from)}\u2009–\u2009${timeText(until)}${resource ? ` · ${resource.title}` : ""}`;
    const links = entries.map(([text, href], place) => {
      const link = document.createElement("a");
      link.href = href;
      link.textContent = text;
      link.className = place === 0 ? "button small" : "button second small";
      if (text === words.blockHere) {
        link.addEventListener("click", (event) => {
          event.preventDefault();
          menu.hidden = true;
          open(href);
        });
      }
      return link;
    });
    menu.replaceChildren(heading, ...links);
    menu.hidden = false;
    const [width, height] = [menu.offsetWidth, menu.offsetHeight];
    menu.style.left = `${Math.max(8, Math.min(point.clientX, innerWidth - width - 8))}px`;
    menu.style.top = `${Math.max(8, Math.min(point.clientY, innerHeight - height - 8))}px`;
    links[0].focus();
  };
  menu.addEventListener("keydown", (event) => {
    const links = [...menu.querySelectorAll("a")];
    const at = links.indexOf(document.activeElement);
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      links[(at + (event.key === "ArrowDown" ? 1 : links.length - 1)) % links.length].focus();
    } else if (event.key === "Escape") {
      menu.hidden = true;
      calendar.unselect();
    }
  });
  document.addEventListener("pointerdown", (event) => {
    if (!menu.hidden && !menu.contains(event.target)) menu.hidden = true;
  });

  // ---- the calendar ----------------------------------------------------------------------------------------------
  // The calendar calls itself a table and puts buttons among its cells, which helps nobody who listens: cards are read
  // in the order of time, each with its own sentence.
  const plain = () => {
    for (const element of root.querySelectorAll("[role]:not([role=button])")) element.removeAttribute("role");
    for (const name of PLACES_IN_TABLE) {
      for (const element of root.querySelectorAll(`[${name}]`)) element.removeAttribute(name);
    }
  };
  // As high as the window leaves room for.
  const fit = () => {
    const top = root.getBoundingClientRect().top + scrollY;
    root.style.blockSize = `${Math.max(420, innerHeight - top - 56)}px`;
  };
  const hour = (number) => `${String(number).padStart(2, "0")}:00`;
  const columnOf = (event) => columns.find((column) => column.id === event.resourceIds[0])?.title ?? "";
  const make = () => {
    root.hidden = false;
    root.dataset.shows = viewOf(state);
    list.hidden = true;
    find("calendar-help")?.removeAttribute("hidden");
    calendar = createCalendar(root, [DayGrid, TimeGrid, ResourceTimeGrid, Interaction], {
      view: kindOf(viewOf(state)),
      date: state.date,
      locale: language,
      firstDay: language === "en" ? 0 : 1,
      headerToolbar: { start: "", center: "", end: "" },
      allDaySlot: false,
      datesAboveResources: viewOf(state) === "week",
      slotDuration: "00:15",
      slotLabelInterval: "01:00",
      slotHeight: 24,
      slotMinTime: hour(Number(page.dataset.firstHour)),
      slotMaxTime: hour(Number(page.dataset.lastHour)),
      flexibleSlotTimeLimits: true,
      slotLabelFormat: { hour: "numeric", minute: "2-digit" },
      dayHeaderFormat: headOf(viewOf(state)),
      nowIndicator: true,
      dayMaxEvents: true,
      height: "100%",
      lazyFetching: false,
      editable: true,
      eventStartEditable: undefined,
      selectable: true,
      unselectAuto: true,
      longPressDelay: 400,
      eventDragMinDistance: 6,
      eventSources: [{ events: load }],
      eventContent: (info) => contentOf(words, info, state.by === "room"),
      resourceLabelContent: ({ resource }) => {
        const name = document.createElement("span");
        name.className = "column-name";
        name.textContent = resource.title;
        const detail = document.createElement("span");
        detail.className = "column-detail";
        detail.textContent = resource.extendedProps?.detail ?? "";
        return { domNodes: [name, detail] };
      },
      eventClick: ({ event }) => {
        const props = event.extendedProps;
        if (props.kind === "day" || props.kind === "closed") return show({ view: "day", date: dayOf(event.start) });
        if (props.kind === "block") return open(`/staff/calendar/blocks/${props.id}`, event.id);
        if (props.id) return open(`/staff/calendar/bookings/${props.id}`, event.id);
      },
      eventAllUpdated: () => {
        for (const head of root.querySelectorAll(".ec-event [data-card]")) {
          const event = calendar?.getEventById(head.dataset.card);
          if (event) head.closest(".ec-event").setAttribute("aria-label", sentenceOf(words, event, columnOf(event)));
        }
      },
      eventDrop: dropped,
      eventResize: dropped,
      dateClick: (info) => {
        if (viewOf(state) === "month") return show({ view: "day", date: dayOf(info.date) });
        offer(info.date, new Date(info.date.getTime() + BLOCK_MINUTES * 60000), info.resource, info.jsEvent);
      },
      select: (info) => viewOf(state) !== "month" && offer(info.start, info.end, info.resource, info.jsEvent),
      datesSet: (info) => {
        const view = viewOf(state);
        if (view === "list") return;
        const middle = calendar?.getView?.();
        const [from, until] = middle ? [middle.currentStart, middle.currentEnd] : [info.start, info.end];
        find("calendar-title").textContent = titleOf(view, from, until);
      },
    });
  };

  const show = (wanted) => {
    close();
    Object.assign(state, wanted);
    const view = viewOf(state);
    if (view === "list" || !calendar) {
      location.href = addressOf({ ...state, view: state.view || view });
      return;
    }
    changed();
    root.dataset.shows = view;
    calendar.setOption("datesAboveResources", view === "week");
    calendar.setOption("dayHeaderFormat", headOf(view));
    calendar.setOption("view", kindOf(view));
    calendar.setOption("date", state.date);
    calendar.setOption("columnWidth", widthOf());
    const { currentStart, currentEnd } = calendar.getView();
    find("calendar-title").textContent = titleOf(view, currentStart, currentEnd);
    calendar.refetchEvents();
    say(find("calendar-title").textContent);
  };

  const frame = {
    page, root, words, say, close, moved, known: [],
    event: (id) => calendar.getEventById(id),
    columns: () => columns,
    view: () => viewOf(state),
    help: () => {
      const help = find("calendar-help");
      help.open = !help.open;
      if (help.open) help.querySelector("summary").focus();
    },
    get calendar() {
      return calendar;
    },
  };
  if (viewOf(state) === "list") {
    list.classList.remove("calendar-fallback");
    return;
  }
  make();
  fit();
  plain();
  new MutationObserver(plain).observe(root, { childList: true, subtree: true, attributeFilter: ["role", ...PLACES_IN_TABLE] });
  addEventListener("resize", () => {
    fit();
    calendar.setOption("columnWidth", widthOf());
  });
  changed();
  const control = keys(frame);
  page.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    const step = event.target.closest("[data-step]");
    const view = event.target.closest("[data-view-link]");
    if (!step && !(view && view.dataset.viewLink !== "list")) return;
    event.preventDefault();
    if (view) return show({ view: view.dataset.viewLink });
    const by = Number(step.dataset.step);
    show({ date: by === 0 ? page.dataset.today : stepped(state.date, viewOf(state), by) });
  });
  const filters = find("filters");
  filters.addEventListener("submit", (event) => {
    event.preventDefault();
    delete filters.dataset.sent;
    const given = Object.fromEntries(new FormData(filters));
    const wanted = { by: "provider", color: "service" };
    for (const name of ["date", "location", "provider", "service", "by", "color"]) {
      if (name in given) wanted[name] = given[name] || wanted[name] || "";
    }
    show(wanted);
  });
  listen(
    () => stamp,
    () => {
      if (control.isMoving() || dialog.open || root.querySelector(".ec-dragging, .ec-resizing-y, .ec-preview")) return;
      calendar.refetchEvents();
    },
    (is) => !is && worry(""),
  );
}
