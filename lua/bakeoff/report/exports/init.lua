--- The registry of exports: results for other programs and documents. A new export is one entry of LIST and
-- the file that writes it; `run`, `exec` and `report` get the option --export-NAME and its help from here.
--
--    name    of the option, and of the module in this folder: text(runs) → the file's content. runs: list of
--            results, one experiment or all of a script
--    about   what it is, for the help
--
-- Writers are loaded on demand: options are read before anything is measured.

local exports = {}

exports.LIST = {
   { name = "json", about = "All figures as JSON, the content of summary.json" },
   { name = "csv", about = "All figures as CSV, one line per contender and worker count" },
   { name = "md", about = "The table as Markdown" },
   { name = "asciidoc", about = "The table as AsciiDoc" },
   { name = "orgmode", about = "The table for Emacs' Org mode" },
   { name = "hyperfine", about = "JSON with the fields of hyperfine's export" },
}

--- The text of an export. runs: list of results (see api/results.lua).
function exports.text(name, runs) return require("bakeoff.report.exports." .. name).text(runs) end

return exports
