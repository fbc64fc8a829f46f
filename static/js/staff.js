// Everything here only adds to pages that work without it.
import "./parts/countdown.js";
import "./parts/form.js";
import "./parts/print.js";
import "./parts/scroll.js";
import "./parts/words.js";
import "./parts/worklist.js";
import "./parts/book.js";
import "./parts/look.js";
