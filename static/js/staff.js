// Everything here only adds to pages that work without it.
import "./parts/form.js";
import "./parts/scroll.js";
import "./parts/words.js";
