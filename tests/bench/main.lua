--- tests/bench/run: see README.md in this folder.

local here = arg[0]:match "^(.*)/[^/]*$" or "."
package.path = here .. "/?.lua;" .. package.path

local aa_real = require "aa_real"
local against_hyperfine = require "against_hyperfine"
local argparse = require "argparse"
local core = require "bakeoff.core"
local coverage = require "coverage"
local drawing = require "drawing"
local environment = require "bakeoff.probe.environment"
local json = require "bakeoff.base.json"
local measure = require "measure"
local million = require "million"
local notebooks = require "notebooks"
local pools = require "pools"
local programs = require "programs"
local report = require "report"
local sheet = require "sheet"
local speed = require "speed"
local tasks = require "tasks"
local truth = require "truth"
local verdicts = require "verdicts"
local waiting = require "waiting"
local whole = require "whole"

local TARGETS = {
   { "eventloop", speed.eventloop }, { "threads", speed.threads }, { "coroutines", speed.coroutines },
   { "large", speed.large }, { "latency", waiting.latency }, { "memory", waiting.memory },
   { "sampling", waiting.sampling }, { "sleepers", tasks.sleepers }, { "version", whole.version },
   { "empty", whole.empty }, { "server", whole.server }, { "million", million.million },
   { "submit", pools.submit }, { "map", pools.map }, { "cpu", pools.cpu }, { "start", pools.start },
   { "peers", programs.peers }, { "exec", against_hyperfine.exec }, { "truth", truth.truth },
   { "peaks", truth.peaks }, { "verdicts", verdicts.verdicts }, { "coverage", coverage.coverage },
   { "aa_real", aa_real.aa_real }, { "report", report.report }, { "drawing", drawing.drawing },
   { "notebook", notebooks.notebook },
}

local function names()
   local list = {}
   for i, target in ipairs(TARGETS) do
      list[i] = target[1]
   end
   return table.concat(list, ", ")
end

local function fail(message)
   io.stderr:write("tests/bench/run: ", message, "\n")
   os.exit(2)
end

local function whole_number(text)
   local number = math.tointeger(tonumber(text))
   return number and number > 0 and number or nil, "write a whole number above 0"
end

local function read_arguments()
   local parser = argparse("tests/bench/run", "Measures what bakeoff promises about its own speed and size.")
   parser:option "--only":argname "TARGETS":description("these only, with commas between: " .. names())
   parser:option "--blocks":argname "N":convert(whole_number):default "15":description "runs of each side"
   parser:option "--requests":argname "N":convert(whole_number):default "20000"
      :description "per run under load"
   parser:option "--experiments":argname "N":convert(whole_number):default "200"
      :description "of aa_real, a quarter as many with each slowdown"
   parser:option "--seed":argname "N":convert(whole_number):default "1"
      :description "of the order within blocks"
   parser:option "--out":argname "DIR"
      :description "where rows and results go; default build/release/bench-results"
   parser:flag "--keep":description "also replace tests/bench/results.md by this run"
   return parser:parse()
end

local function chosen(only)
   if not only then
      return TARGETS
   end
   local list, wanted = {}, {}
   for name in only:gmatch "[^,]+" do
      wanted[name] = true
   end
   for _, target in ipairs(TARGETS) do
      if wanted[target[1]] then
         list[#list + 1], wanted[target[1]] = target, nil
      end
   end
   if next(wanted) then
      fail(("--only: no target '%s'; there are %s"):format(next(wanted), names()))
   end
   return list
end

local function store(path, text)
   local ok, message = core.store(path, text)
   if not ok then
      fail(message)
   end
end

local function load_average()
   local average = environment.read {}.load
   return average and ("%.2f"):format(average[1]) or "?"
end

-- The commit measured, if git knows it; with "+" if files differ from it.
local function commit()
   local head = core.command { argv = { "git", "-C", here, "rev-parse", "--short=10", "HEAD" } }
   local status = { "git", "-C", here, "status", "--porcelain", "--untracked-files=no" }
   local changed = core.command { argv = status }
   if not head or head.code ~= 0 then
      return nil
   end
   return head.stdout:match "%x+" .. (changed.stdout ~= "" and "+" or "")
end

local function run_target(target, args, rows)
   local name, run = target[1], target[2]
   measure.seed(args.seed)
   local function keep(side, block, values)
      values.target, values.side, values.block = name, side, block
      rows:write(json.encode(json.ordered({ "target", "side", "block" }, values)), "\n")
      rows:flush()
   end
   local settings = { blocks = args.blocks, requests = args.requests, experiments = args.experiments }
   local ok, lines, text = pcall(run, settings, keep)
   if not ok then
      fail(name .. ": " .. tostring(lines))
   elseif not lines then
      io.write(("%s: not run: %s\n"):format(name, text))
      return {}
   end
   for _, line in ipairs(lines) do
      line.target = name
      line.met = sheet.verdict(line)
      io.write(sheet.text(line))
      io.flush()
   end
   if text then
      io.write(text, "\n")
   end
   return lines, text
end

-- Returns all lines, and the additional tables of targets: { { target =, markdown = }, … }
local function run_all(args, out)
   local rows = assert(io.open(out .. "/rows.jsonl", "w"))
   local all, tables = json.array {}, json.array {}
   for _, target in ipairs(chosen(args.only)) do
      local lines, text = run_target(target, args, rows)
      table.move(lines, 1, #lines, #all + 1, all)
      tables[#tables + 1] = text and { target = target[1], markdown = text }
   end
   rows:close()
   return all, tables
end

local function main()
   local args = read_arguments()
   local out = args.out or measure.build .. "/bench-results"
   local ok, message = core.mkdirs(out)
   if not ok then
      fail("--out: " .. message)
   end
   local facts = { schema = 1, version = core.version, date = os.date "!%Y-%m-%d", blocks = args.blocks,
      requests = args.requests, seed = args.seed, commit = commit(), load_before = load_average() }
   facts.lines, facts.tables = run_all(args, out)
   facts.load_after, facts.environment = load_average(), environment.read {}
   store(out .. "/results.json", json.encode(facts, { pretty = true }))
   local page = sheet.page(facts)
   store(out .. "/results.md", page)
   if args.keep then
      store(here .. "/results.md", page)
   end
   io.write(("rows.jsonl, results.json and results.md are in %s\n"):format(out))
end

main()
