--- Run folders from strangers: whatever is changed in a good one, it either loads with sane values, or is
-- refused in one line. The changes are all replacements of all fields, and seeded damage of whole lines.
local lu = require "luaunit"

local activity = require "bakeoff.runs.activity"
local chart_folder = require "bakeoff.api.chart_folder"
local charts = require "bakeoff.charts"
local core = require "bakeoff.core"
local document = require "bakeoff.report.document"
local exports = require "bakeoff.report.exports"
local failure = require "bakeoff.base.failure"
local files = require "bakeoff.base.files"
local json = require "bakeoff.base.json"
local markdown = require "bakeoff.report.markdown"
local random = require "bakeoff.base.random"
local results = require "bakeoff.api.results"
local rows = require "bakeoff.runs.rows"
local run_folder = require "bakeoff.experiment.run_folder"
local terminal = require "bakeoff.report.terminal"
local trace = require "bakeoff.trace"

local GOLDEN = assert(os.getenv "BAKEOFF_SOURCE") .. "/tests/golden/runs/"

local folder, run_at

local function lines_of(content)
   local lines = {}
   for line in content:gmatch "[^\n]+" do
      lines[#lines + 1] = line
   end
   return lines
end

local function golden(path) return assert(files.read(GOLDEN .. path)) end

-- A row with all kinds of fields: failures of one run, figures of another.
local function full_row(lines)
   local row, more = nil, json.decode(lines_of(golden "crawl/trials.jsonl")[20])
   for number, line in ipairs(lines) do
      local one = json.decode(line)
      row = one.failures and { number = number, row = one } or row
   end
   for name, value in pairs(more) do
      row.row[name] = row.row[name] or value
   end
   row.row.exit, row.row.stderr_tail, row.row.reason = { code = 3 }, "usage: x", "exit code 3"
   row.row.results = { jobs = 40, known = 40, digest = "abc" }
   return row.number, row.row
end

local GOOD = {}

local function make_good()
   local lines = {}
   for _, line in ipairs(lines_of(golden "tasks/trials.jsonl")) do
      lines[#lines + 1] = json.decode(line)["repeat"] == 2 and line or nil -- those with jobs and samples
   end
   local manifest, number, row = json.decode(golden "tasks/manifest.json"), full_row(lines)
   manifest.key = { digest = "d", code = { ["the code of task"] = "x" },
      unknown = { { what = "a", kind = "b" } } }
   manifest.auto = { width = 0.05, least = 6, most = 30, budget_s = 120, stopped = "after 7 blocks" }
   manifest.not_run = { { label = "gevent", reason = "not installed", package = "python3-gevent" } }
   manifest.server, manifest.margin = { latency_s = 0.03, jitter_s = 0.01, stall_s = 0.1 }, 0.03
   manifest.revision = { commit = "0123456789abcdef", dirty = true }
   manifest.cells[1].options = { argv = { "x", "y" }, parameters = { { "n", "1" } }, rate = false }
   GOOD = { manifest = manifest, row = row, number = number, lines = lines,
      ["jobs.csv"] = golden "tasks/jobs.csv", ["spans.csv"] = golden "tasks/spans.csv",
      ["memory.csv"] = golden "tasks/memory.csv" }
   GOOD.lines[number] = json.encode(row)
   GOOD["trials.jsonl"] = table.concat(lines, "\n") .. "\n"
   GOOD["manifest.json"] = json.encode(manifest, { pretty = true })
end

local FILES = { "manifest.json", "trials.jsonl", "jobs.csv", "spans.csv", "memory.csv" }

local function write_good()
   for _, name in ipairs(FILES) do
      files.write(run_at .. name, GOOD[name])
   end
end

TestMutations = {}

function TestMutations.setUp()
   folder = os.tmpname()
   os.remove(folder)
   run_at = folder .. "/run/"
   assert(core.mkdirs(run_at))
   make_good()
   write_good()
end

function TestMutations.tearDown() core.remove_tree(folder) end

-- --- what must be true -----------------------------------------------------------------------------

-- Is there anything in a loaded value that must not reach a terminal or arithmetic?
local function insane(value)
   for name, field in pairs(value) do
      if type(field) == "table" then
         local found = insane(field)
         if found then
            return ("%s.%s"):format(name, found)
         end
      elseif type(field) == "string" and field:gsub("[\n\t]", ""):find "%c"
         or type(field) == "number" and field - field ~= 0 then
         return tostring(name)
      end
   end
end

local function is_one_line(problem)
   local message = failure.is(problem) and problem.message
   return message and #message < 400 and not message:find "%c"
end

local MOST_STEPS = 30000000

-- Calls a function that must end: with values, or with one line.
local function ends_well(what, call, ...)
   debug.sethook(function() error "hangs" end, "", MOST_STEPS)
   local ok, result = xpcall(call, function(problem)
      return failure.is(problem) and problem or debug.traceback(tostring(problem), 2)
   end, ...)
   debug.sethook()
   if not ok and not is_one_line(result) then
      lu.fail(("%s: %s"):format(what, tostring(result)))
   end
   return ok and result
end

local function silent() end

-- What `report` and `compare` say of a run.
local function read_all(run)
   run:summary_table()
   exports.text("csv", { run })
   exports.text("hyperfine", { run })
   terminal.show(run, {}, {}, { print = silent, width = 80, colour = false, all = true, notes = true })
   return markdown.of(document.of(run, {}, {}, {}))
end

-- What `plot` draws, without drawing it.
local function build_all(run)
   charts.build_all(run, {})
   activity.of(run, run.trials)
   trace.write(run, folder .. "/trace.json", {})
end

local MOST_BYTES = 2000000 -- of a report of a small run

local outcomes

local function start_counting() outcomes = { loaded = 0, refused = 0 } end

-- Counts a value that was read, or nil for one that was refused.
local function count(what, value)
   local outcome = value and "loaded" or "refused"
   outcomes[outcome] = outcomes[outcome] + 1
   lu.assertNil(value and not value.manifest and insane(value) or nil, what)
   return value
end

-- Loads the folder, and reads all of it as the commands do.
local function try(what, is_read)
   local run = ends_well(what, results.load, run_at)
   if run then
      lu.assertNil(insane(run.manifest) or insane(run.trials), what)
      local page = is_read and ends_well(what, read_all, run)
      lu.assertTrue(not page or #page < MOST_BYTES, what)
   end
   return run
end

-- Some of the changes go the whole way, since that takes a hundred times as long: of those that load, one of
-- READ_EVERY; of those that are refused, one of LOAD_EVERY.
local READ_EVERY, LOAD_EVERY = 50, 200

local function is_sample(value)
   return value and outcomes.loaded % READ_EVERY == 0 or not value and outcomes.refused % LOAD_EVERY == 0
end

-- --- what is changed -------------------------------------------------------------------------------

local VALUES = { "null", "true", "5", "-1", "1e9", "1e300", "NaN", "-Infinity", '""', '"a text"', "[]", "{}",
   "[[1,2],[3]]", "[1,2]", '{"a":{"b":1}}', ("["):rep(300) .. ("]"):rep(300),
   [["\u001b]0;owned\u0007\u001b[31m"]], [["\u009b31m \u202e"]], [["line\nline"]], "[1e999]", '"\xff\xfe"' }

local HUGE, HUGE_EVERY = '"' .. ("x"):rep(400000) .. '"', 10 -- of the fields, since it takes long

-- Calls visit(text of the changed value, where) for each field of a value and each replacement.
local function each_change(value, visit)
   local MARK, fields = "@@mark@@", 0
   local function go(holder, path)
      for name, field in pairs(holder) do
         local where = path .. "." .. name
         holder[name] = MARK
         local before, after = json.encode(value):match("^(.-)\"" .. MARK .. "\"(.*)$")
         fields = fields + 1
         for _, replacement in ipairs(VALUES) do
            visit(before .. replacement .. after, where .. " = " .. replacement:sub(1, 30))
         end
         if fields % HUGE_EVERY == 0 then
            visit(before .. HUGE .. after, where .. " = a huge text")
         end
         holder[name] = field
         if type(field) == "table" then
            go(field, where)
         end
      end
   end
   go(value, "")
end

-- Reads the text of a manifest; nil if it is refused.
local function read_manifest(content)
   local fault, manifest = rows.manifest_fault(content, "manifest.json", true)
   lu.assertTrue(not fault or #fault < 400 and not fault:find "%c", fault)
   return not fault and manifest
end

function TestMutations.test_each_field_of_the_manifest()
   start_counting()
   each_change(GOOD.manifest, function(changed, where)
      local manifest = count(where, ends_well("manifest" .. where, read_manifest, changed))
      if is_sample(manifest) then
         files.write(run_at .. "manifest.json", changed)
         lu.assertEquals(not try("manifest" .. where, true), not manifest, where)
      end
   end)
   lu.assertTrue(outcomes.loaded > 200 and outcomes.refused > 1000, json.encode(outcomes))
end

function TestMutations.test_each_field_of_a_row()
   start_counting()
   each_change(GOOD.row, function(changed, where)
      local row = count(where, ends_well("row" .. where, rows.trial, changed, "trials.jsonl", 1, true))
      if is_sample(row) then
         local lines = table.move(GOOD.lines, 1, #GOOD.lines, 1, {})
         lines[GOOD.number] = changed
         files.write(run_at .. "trials.jsonl", table.concat(lines, "\n") .. "\n")
         try("row" .. where, true)
      end
   end)
   lu.assertTrue(outcomes.loaded > 200 and outcomes.refused > 1000, json.encode(outcomes))
end

local FIELDS = { "", "x", "nan", "1e999", "-1e999", "1e9", "1e18", "-1", "0", "0.5", "\27[2J", "0x7fffffff",
   ("9"):rep(400), '"', '"a""b"' }

function TestMutations.test_each_column_of_the_details()
   local refused, run = 0, results.load(run_at)
   for _, name in ipairs { "jobs.csv", "spans.csv", "memory.csv" } do
      local lines = lines_of(GOOD[name])
      local columns = select(2, lines[1]:gsub(",", "")) + 1
      for column = 1, columns do
         for _, value in ipairs(FIELDS) do
            local at = 0
            local line = (lines[2] .. ","):gsub("([^,]*),", function()
               at = at + 1
               return at == column and value .. "," or nil
            end):sub(1, -2)
            files.write(run_at .. name, table.concat({ lines[1], line, table.concat(lines, "\n", 3) }, "\n"))
            local read = ends_well(("%s column %d = %s"):format(name, column, value:sub(1, 20)), function()
               return activity.load(run_at, run.trials)
            end)
            refused = refused + (read and 0 or 1)
         end
      end
      files.write(run_at .. name, GOOD[name])
   end
   lu.assertTrue(refused > 100, refused)
end

-- Seeded damage of a file's lines: cut, doubled, swapped, bytes replaced.
local DAMAGE = {
   function(lines, at, generator) lines[at] = lines[at]:sub(1, generator:below(#lines[at] + 1) - 1) end,
   function(lines, at) table.insert(lines, at, lines[at]) end,
   function(lines, at, generator)
      local other = generator:below(#lines)
      lines[at], lines[other] = lines[other], lines[at]
   end,
   function(lines, at, generator)
      local place = generator:below(#lines[at])
      local byte = string.char(generator:below(256) - 1)
      lines[at] = lines[at]:sub(1, place - 1) .. byte .. lines[at]:sub(place + 1)
   end,
   function(lines, at) table.remove(lines, at) end,
}

local function damaged(name, generator)
   local lines = lines_of(GOOD[name])
   for _ = 1, generator:below(3) do
      local at = #lines > 0 and generator:below(#lines)
      if at and #lines[at] > 0 then
         DAMAGE[generator:below(#DAMAGE)](lines, at, generator)
      end
   end
   return table.concat(lines, "\n") .. (generator:below(2) == 1 and "\n" or "")
end

function TestMutations.test_damaged_lines()
   start_counting()
   local generator = random.new(14)
   for number = 1, 250 do
      local name = FILES[number % #FILES + 1]
      files.write(run_at .. name, damaged(name, generator))
      local what = ("damage %d of %s"):format(number, name)
      local run = count(what, try(what, number % 10 == 0))
      if run then
         ends_well(("details after damage %d of %s"):format(number, name), activity.of, run, run.trials)
      end
      if number % 50 == 0 and run then
         ends_well(("charts after damage %d of %s"):format(number, name), build_all, run)
      end
      files.write(run_at .. name, GOOD[name])
   end
   lu.assertTrue(outcomes.loaded > 50 and outcomes.refused > 20, json.encode(outcomes))
end

-- --- single limits ---------------------------------------------------------------------------------

local function with_row(change)
   local row = json.decode(GOOD.lines[GOOD.number])
   change(row)
   files.write(run_at .. "trials.jsonl", json.encode(row) .. "\n")
end

function TestMutations.test_the_line_of_refusal_names_file_line_and_field()
   with_row(function(row) row.cpu.user_s = "much" end)
   lu.assertErrorMsgEquals(run_at:sub(1, -2) .. "/trials.jsonl: damaged, line 1: cpu.user_s is a text, not a "
      .. "number from 0 to 1000000000; run the experiment again", function()
      local _, problem = pcall(results.load, run_at)
      error(problem.message, 0)
   end)
end

-- A list has no names, so whatever reads an object by name would find nothing, and say nothing.
function TestMutations.test_an_object_is_no_list()
   for _, name in ipairs { "jobs", "errors", "latency_s", "counters", "switches", "server", "cpu", "memory",
      "noise", "phases", "exit", "results" } do
      with_row(function(row) row[name] = { 1, 2 } end)
      lu.assertErrorMsgContains(("line 1: %s is a list, not an object"):format(name), function()
         local _, problem = pcall(results.load, run_at)
         error(problem.message, 0)
      end)
   end
end

function TestMutations.test_more_rows_than_are_read_are_refused_at_once()
   files.write(run_at .. "trials.jsonl", ("[" .. ("x"):rep(50) .. "\n"):rep(50001))
   debug.sethook(function() error "takes too long" end, "", 100000) -- a step per row would be too many
   local ok, problem = pcall(results.load, run_at)
   debug.sethook()
   lu.assertFalse(ok)
   lu.assertStrContains(tostring(problem), "trials.jsonl: has 50,001 rows; at most 50,000 are read")
end

function TestMutations.test_a_worker_of_a_job_is_no_billion()
   local lines = lines_of(GOOD["jobs.csv"])
   lines[2] = lines[2]:gsub("^([^,]*,[^,]*,[^,]*,[^,]*,[^,]*),[^,]*", "%1,1000000000")
   files.write(run_at .. "jobs.csv", table.concat(lines, "\n"))
   local run = results.load(run_at)
   lu.assertErrorMsgContains("jobs.csv: damaged, line 2: worker is 1000000000", activity.of, run, run.trials)
end

function TestMutations.test_a_long_label_is_refused_at_once()
   with_row(function(row) row.label = ("long"):rep(25000) end)
   lu.assertErrorMsgContains("label has 100000 bytes; at most 1000 are read", results.load, run_at)
end

function TestMutations.test_a_folder_of_pipes_and_devices_does_not_block()
   for _, name in ipairs(FILES) do
      os.remove(run_at .. name)
      assert(os.execute(("mkfifo '%s'"):format(run_at .. name)))
   end
   lu.assertErrorMsgContains("manifest.json: not a regular file", results.load, run_at)
   os.remove(run_at .. "manifest.json")
   files.write(run_at .. "manifest.json", GOOD["manifest.json"])
   lu.assertErrorMsgContains("trials.jsonl: not a regular file", results.load, run_at)
end

function TestMutations.test_a_run_to_resume_is_checked_before_anything_is_measured()
   with_row(function(row) row.workers = 1e9 end)
   lu.assertErrorMsgContains("trials.jsonl: damaged, line 1: workers is 1000000000", run_folder.resume,
      folder, "run")
end

-- --- what is written -------------------------------------------------------------------------------

-- Links to a file and a folder outside the run folder.
local function link_out(names)
   local outside = folder .. "/outside"
   core.mkdirs(outside)
   files.write(outside .. "/precious", "mine")
   for _, name in ipairs(names) do
      assert(os.execute(("ln -s '%s/precious' '%s%s'"):format(outside, run_at, name)))
   end
   return outside
end

function TestMutations.test_links_are_not_written_through()
   core.mkdirs(run_at .. "charts")
   local outside = link_out { "report.md", "report.md~", "report.html", "summary.json", "jobs.csv~",
      "trials.jsonl~", "charts/quadrant.dat", "charts/quadrant.gp",
      "charts/speed.svg", "charts/speed.png" }
   assert(os.execute(("ln -s '%s' '%scharts/page'"):format(outside, run_at)))
   local run = results.load(run_at)
   for _ = 1, 3 do -- the first link that is met ends the report
      run:report { print = silent, only = { "speed", "quadrant" } }
      os.remove(run_at .. "summary.json")
   end
   run_folder.resume(folder, "run"):keep()
   lu.assertEquals(files.read(outside .. "/precious"), "mine")
   lu.assertEquals(core.list(outside), { "precious" })
   lu.assertStrContains(files.read(run_at .. "charts/speed.svg"), "<svg")
end

function TestMutations.test_charts_are_not_drawn_through_a_linked_folder()
   local outside = link_out {}
   assert(os.execute(("ln -s '%s' '%scharts'"):format(outside, run_at)))
   local _, problems = charts.draw(results.load(run_at), { only = { "speed" } })
   lu.assertStrContains(problems[1], "/charts is a link; remove it")
   lu.assertEquals(core.list(outside), { "precious" })
end

-- --- charts of a script's own -----------------------------------------------------------------------

function TestMutations.test_each_field_of_a_chart()
   local at = folder .. "/order"
   core.mkdirs(at)
   local record = json.decode(golden "order/order.json")
   record.systems, record.environment = { record.systems[2] }, nil
   local refused = 0
   each_change(record, function(changed, where)
      files.write(at .. "/order.json", changed)
      local given = ends_well("order" .. where, chart_folder.read, at)
      refused = refused + (given and 0 or 1)
   end)
   lu.assertTrue(refused > 200, refused)
end

os.exit(lu.LuaUnit.run(), true)
