--- What the golden tests look at: a list of cases, in the order in which they are shown.
--
-- A case is a table of
--    name       of the case and of its folder in expected/
--    commands   list of { file = where the command's text is expected, words = the command line,
--               columns = of the terminal (default: unknown), other_charts = true adds --only with all charts
--               that are not drawn yet }; all run in one copy of runs/
--    files      files that the commands write: path → how they are compared (golden.lua: WRITTEN)
--    charts     the run folder whose charts are compared, or nil
--    folder_of  folder → runs that are moved into it first, or nil

local cases = {}

local EXPORTS = { "--export-json", "out.json", "--export-csv", "out.csv", "--export-md", "out.md",
   "--export-hyperfine", "out.hyperfine.json" }

local EXPORTED = { ["out.json"] = "text", ["out.csv"] = "text", ["out.md"] = "text",
   ["out.hyperfine.json"] = "text" }

local function words(...) return { "bakeoff", ... } end

local function with_exports(...) return table.move(EXPORTS, 1, #EXPORTS, select("#", ...) + 2, words(...)) end

-- Files of a report in its folder, besides those that are given.
local function documents(run, files)
   local all = { [run .. "/report.md"] = "text", [run .. "/report.html"] = "html" }
   for name, how in pairs(files or {}) do
      all[name] = how
   end
   return all
end

-- Charts alone as SVG, apart from the documents: drawing the other pictures takes most of a report's time.
local function report(run)
   return { name = run, charts = run, files = documents(run), commands = {
      { file = "terminal.txt", words = words("report", run, "--no-chart", "--notes") },
      { file = "plot.txt", words = words("plot", run, "--format", "svg") },
   } }
end

local function own_chart(kind)
   return { name = kind, charts = kind, files = {},
      commands = { { file = "plot.txt", words = words("plot", kind, "--format", "svg") } } }
end

cases.LIST = {
   -- Every kind of contender, all that can go wrong, all exports (summary.json is out.json) and all charts.
   { name = "crawl", charts = "crawl", files = documents("crawl", EXPORTED), commands = {
      { file = "terminal.txt", words = with_exports("report", "crawl") },
      { file = "plot.txt", words = words("plot", "crawl", "--format", "svg"), other_charts = true },
   } },
   { name = "narrow", charts = "crawl", files = {}, commands = {
      { file = "plot.txt", words = words("plot", "crawl", "--format", "svg", "--size", "column", "--workers",
         "4", "--theme", "dark", "--only", "speed,quadrant,ratio", "--chart-terminal", "dumb") },
   } },
   -- More than the summary, in a terminal of 120 columns.
   { name = "wide", files = {}, commands = {
      { file = "terminal.txt", columns = 120,
         words = words("report", "crawl", "--no-chart", "--all", "--notes") },
      { file = "quiet.txt", words = words("report", "tasks", "--no-chart", "--quiet") },
   } },
   report "earlier", report "open", report "rates", report "programs", report "slow_first",
   report "watched", report "tasks",
   { name = "traces", files = { ["rates.json"] = "text", ["tasks.json"] = "text" }, commands = {
      { file = "urls.txt", words = words("plot", "rates", "--trace", "rates.json") },
      { file = "tasks.txt", words = words("plot", "tasks", "--repeat", "2", "--trace", "tasks.json") },
   } },
   -- Several experiments in one folder.
   { name = "several", files = { ["out.csv"] = "text", ["out.md"] = "text", ["out.hyperfine.json"] = "text",
      ["both/index.html"] = "html" }, folder_of = { both = { "rates", "programs" } }, commands = {
      { file = "terminal.txt", words = with_exports("report", "both", "--no-chart") },
   } },
   { name = "gates", files = {},
      commands = { { file = "terminal.txt", words = words("run", "gates.lua") } } },
   -- Every kind of cell and output; the last cells fail or don't run.
   { name = "notebook", files = { ["page.md"] = "text", ["page.html"] = "html" }, commands = {
      { file = "terminal.txt", words = words("notebook", "run", "page.lua", "--html") },
      { file = "check.txt", words = words("notebook", "check", "page.lua") },
      { file = "plain.txt", words = words("run", "page.lua") },
   } },
   { name = "published", files = { ["crawl/published.md"] = "text" },
      commands = { { file = "terminal.txt", words = words("run", "published.lua") } } },
   { name = "compare", charts = "crawl", files = { ["out.json"] = "text" }, commands = {
      { file = "terminal.txt", words = words("compare", "earlier", "crawl", "--json", "out.json", "--chart",
         "crawl/charts/differences.svg") },
      { file = "fail.txt", words = words("compare", "earlier", "crawl", "--fail", "--noise", "5%", "--metric",
         "work_s,latency_p99,memory") },
      -- Without a figure that the other run has not recorded.
      { file = "backwards.txt", words = words("compare", "crawl", "earlier", "--fail", "--metric",
         "total_s,requests_per_s,loop_lag_p99_s") },
   } },
   own_chart "order", own_chart "groups",
}

return cases
