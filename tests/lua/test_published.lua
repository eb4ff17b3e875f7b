--- Published claims compared with a run (scripts/published): what agrees, what doesn't, what stays open.
local here = arg[0]:match("^(.*)/[^/]*$") or "."
package.path = ("%s/?.lua;%s/../../scripts/?.lua;%s/../../scripts/?/init.lua;"):format(here, here, here)
   .. package.path
local lu = require "luaunit"
local claims = require "published.claims"
local files = require "bakeoff.base.files"
local published = require "published"
local results = require "bakeoff.api.results"
local runs = require "support_runs"

-- A run with the totals given by label, and a little noise per block.
local function run_of(totals, repeats)
   return results.load(runs.make { contenders = { "sequential", "threads", "processes", "eventloop" },
      workers = { 6 }, repeats = repeats or 8, change = function(trial)
         trial.total_s = totals[trial.label] * (1 + 0.002 * ((trial.block * 7 + #trial.label) % 5))
      end })
end

local NATIVE = { A1 = "sequential", A2 = "threads", A3 = "processes", A4 = "processes", A5 = "eventloop" }

-- → the text of the sheet for a talk's run, its outcomes by system
local function sheet_of(run)
   local sheet, outcomes = published.new("A", run), {}
   for _, system in ipairs { "A1", "A2", "A3", "A4", "A5" } do
      sheet:native(system, run, NATIVE[system])
      sheet:real(system, run, "absent")
   end
   local printed = print
   _G.print = function() end
   local ok, path = pcall(sheet.finish, sheet)
   _G.print = printed
   lu.assertTrue(ok, path)
   for _, one in ipairs(sheet.outcomes) do
      if one.side == "native" then
         outcomes[one.of] = one
      end
   end
   return files.read(path), outcomes
end

TestClaims = {}

function TestClaims.tearDown() runs.clear() end

function TestClaims.test_the_talks_finding()
   local text, found = sheet_of(run_of { sequential = 3, threads = 0.6, processes = 0.62, eventloop = 0.5 })
   for _, system in ipairs { "A1", "A2", "A3", "A4", "A5" } do
      lu.assertEquals(found[system].agrees, true, system)
   end
   lu.assertStrContains(text, "The native contenders agree with the talk in 5 of 5 points (A1: sequential")
   lu.assertStrContains(text, "The real programs agree with the talk in 0 of 5 points.")
   lu.assertStrContains(text, "Undecided: A1: sequential takes longest (not measured: absent)")
   lu.assertStrContains(text, "one event loop | ran: event loop | absent: left out |")
end

function TestClaims.test_one_exception_is_enough()
   local text, found = sheet_of(run_of { sequential = 3, threads = 0.6, processes = 4, eventloop = 0.3 })
   lu.assertEquals({ found.A1.agrees, found.A2.agrees, found.A3.agrees, found.A5.agrees },
      { false, true, false, false })
   lu.assertStrMatches(found.A3.found, "total%(A3%) / total%(A2%) = 6%.6%d %[6%.%d+, 6%.%d+%]")
   lu.assertStrContains(text, "They don't agree in: A1: sequential takes longest (total(A1) / total(A2) = ")
end

function TestClaims.test_too_few_repeats_decide_nothing()
   local text, found = sheet_of(run_of({ sequential = 3, threads = 0.6, processes = 0.6, eventloop = 1 }, 5))
   for system, one in pairs(found) do
      lu.assertNil(one.agrees, system)
   end
   lu.assertStrContains(text, "too few repeats for an interval")
end

function TestClaims.test_systems_without_a_contender_and_claims_of_scripts()
   local run = run_of { sequential = 3, threads = 0.6, processes = 0.62, eventloop = 0.5 }
   local sheet, printed = published.new("A", run), print
   sheet:native("A2", run, "threads")
   for _, holds in ipairs { "< 1", "> 1", "< 0.2" } do
      sheet:claim { of = "A5", side = "native", says = "x", results = run, a = "threads", b = "sequential",
         holds = holds }
   end
   sheet:claim { of = "A5", side = "real", says = "x", results = run, a = "absent", b = "threads",
      holds = "< 1" }
   _G.print = function() end
   local ok, problem = pcall(sheet.finish, sheet)
   _G.print = printed
   lu.assertTrue(ok, problem)
   local found = {}
   for index, one in ipairs(sheet.outcomes) do
      found[index] = claims.word(one.agrees)
   end
   lu.assertEquals({ table.unpack(found, 1, 4) }, { "yes", "no", "undecided", "undecided" })
   lu.assertStrMatches(sheet.outcomes[1].found,
      'total%("threads", 6%) / total%("sequential", 1%) = 0%.20%d %[.*%]')
   lu.assertEquals(sheet.outcomes[4].found, "not measured")
   lu.assertEquals(sheet.outcomes[5].found, "not measured: A1")
end

-- Whatever is claimed is decided on its interval, and never by the median.
function TestClaims.test_other_figures_are_decided_in_the_same_way()
   local run = results.load(runs.make { contenders = { "sequential", "threads" }, workers = { 6 },
      repeats = 10, change = function(trial)
         trial.cpu.cores_used = (trial.label == "threads" and 1.2 or 0.9) + 0.03 * (trial.block % 5)
      end })
   local sheet, printed = published.new("D", run), print
   for _, label in ipairs { "threads", "sequential", "absent" } do
      sheet:claim { of = "D1", side = "native", says = "one core", results = run, figure = "cores_used",
         a = label, holds = "<= 1.25", also = "as seen" }
   end
   _G.print = function() end
   local ok, problem = pcall(sheet.finish, sheet)
   _G.print = printed
   lu.assertTrue(ok, problem)
   local threads, sequential, absent = table.unpack(sheet.outcomes)
   lu.assertEquals({ claims.word(threads.agrees), sequential.agrees }, { "undecided", true })
   lu.assertStrMatches(threads.found, 'cores_used%("threads", 6%) = 1%.26 %[1%.2%d*, 1%.3%d*%]; .*; as seen')
   lu.assertEquals({ claims.word(absent.agrees), absent.found }, { "undecided", "not measured" })
end

-- What a sheet says of A5, with this ratio of its time to that of threads, and this noise in per cent.
local function about(ratio, noise)
   local run = results.load(runs.make { contenders = { "sequential", "threads", "processes", "eventloop" },
      workers = { 6 }, repeats = 10, change = function(trial)
         trial.total_s = (trial.label == "eventloop" and ratio or 1)
            * (1 + noise / 100 * ((trial.block * (trial.label == "threads" and 7 or 3) % 10 - 4.5) / 4.5))
      end })
   local _, found = sheet_of(run)
   return found.A5.agrees
end

function TestClaims.test_about_the_same_is_within_a_quarter()
   lu.assertEquals({ about(1.2, 1), about(0.83, 1) }, { true, true })
   lu.assertEquals({ about(1.3, 1), about(0.77, 1) }, { false, false })
   lu.assertEquals({ about(1.24, 10), about(1.27, 10) }, {}, "too noisy for either")
end

function TestClaims.test_answers_of_a_system()
   local function answer(...)
      local list = {}
      for i = 1, select("#", ...) do
         list[i] = { of = "S", side = "real", agrees = (select(i, ...)) }
      end
      return claims.answer(list, "S", "real")
   end
   lu.assertEquals({ answer(true, true), answer(true, false), answer(false), answer(nil), answer(true, nil),
      answer(false, nil) }, { "yes", "partly", "no", "undecided", "partly", "no" })
   lu.assertNil(claims.answer({}, "S", "real"))
end

os.exit(lu.LuaUnit.run(), true)
