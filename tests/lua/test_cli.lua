local lu = require "luaunit"
local arguments = require "bakeoff.cli.arguments"
local checks = require "bakeoff.base.checks"
local cli = require "bakeoff.commands"
local failure = require "bakeoff.base.failure"
local session = require "bakeoff.script.session"
local units = require "bakeoff.base.units"

local function refusal(f, ...)
   local ok, problem = pcall(f, ...)
   lu.assertFalse(ok)
   lu.assertTrue(failure.is(problem))
   return problem.message
end

TestArguments = {}

local function parser()
   local p = arguments.parser("bakeoff toast", "Toasts.")
   p:argument("bread")
   p:option("--slices"):convert(tonumber)
   p:option("--browning"):convert(function(given) return units.seconds(given, "browning") end)
   p:flag("--butter")
   arguments.add_help(p)
   return p
end

function TestArguments.test_parse_gives_values_alone()
   lu.assertEquals(arguments.parse(parser(), { "rye", "--slices", "2", "--butter" }),
      { bread = "rye", slices = 2, butter = true })
end

function TestArguments.test_complaints_are_one_line_with_a_remedy()
   local cases = {
      { { "rye", "--slice", "2" },
         "unknown option '--slice'; did you mean '--slices'? (see bakeoff toast --help)" },
      { { "rye", "--zzz" }, "unknown option '--zzz' (see bakeoff toast --help)" },
      { { "rye", "--slices" }, "option '--slices' requires an argument (see bakeoff toast --help)" },
      { { "rye", "--slices", "x" }, "--slices: 'x' is not accepted (see bakeoff toast --help)" },
      { { "rye", "wheat" }, "unexpected argument 'wheat' (see bakeoff toast --help)" },
      { {}, "missing argument 'bread' (see bakeoff toast --help)" },
   }
   for _, case in ipairs(cases) do
      lu.assertEquals(refusal(arguments.parse, parser(), case[1]), case[2])
   end
   lu.assertStrContains(refusal(arguments.parse, parser(), { "rye", "--browning", "x" }), "--browning: ")
end

-- Every option of every command: otherwise one of two values would be ignored.
function TestArguments.test_no_option_counts_twice()
   local checked = 0
   for _, name in ipairs { "attach", "compare", "env", "plot", "report", "serve" } do
      local p = arguments.parser("bakeoff " .. name, "")
      require("bakeoff.commands." .. name).define(p)
      for _, option in ipairs(p._options) do
         option._convert = nil
         local word = option._minargs > 0 and option._name .. "=1" or option._name
         if option._maxcount == 1 then -- the others are repeatable
            lu.assertStrContains(refusal(arguments.parse, p, { word, word }),
               option._name .. ": given more than once; give it once")
            checked = checked + 1
         end
      end
   end
   lu.assertTrue(checked > 40, checked)
end

function TestArguments.test_options_without_effect_are_refused()
   local function strict()
      local p = parser()
      arguments.useless_with(p, { "--slices", "--browning" }, "--butter")
      return p
   end
   lu.assertEquals(arguments.parse(strict(), { "rye", "--slices", "2" }), { bread = "rye", slices = 2 })
   lu.assertEquals(refusal(arguments.parse, strict(), { "rye", "--slices", "2", "--butter" }),
      "--slices: has no effect with --butter; leave it out (see bakeoff toast --help)")
   local p = parser()
   arguments.useless_without(p, { "--butter" }, "--slices")
   lu.assertEquals(refusal(arguments.parse, p, { "rye", "--butter" }),
      "--butter: has no effect without --slices; leave it out (see bakeoff toast --help)")
end

function TestArguments.test_plot_and_report_know_what_has_no_effect()
   for name, cases in pairs { plot = { "--repeat: has no effect without --trace", { "--repeat", "3" },
      "--theme: has no effect with --trace", { "--trace", "-", "--theme", "dark" } },
      report = { "--only: has no effect with --no-chart", { "--no-chart", "--only", "speed" },
         "--all: has no effect with --quiet", { "--quiet", "--all" } } } do
      for index = 1, #cases, 2 do
         local p = arguments.parser("bakeoff " .. name, "")
         require("bakeoff.commands." .. name).define(p)
         local words = { "x", table.unpack(cases[index + 1]) }
         lu.assertStrContains(refusal(arguments.parse, p, words), cases[index])
      end
   end
end

function TestArguments.test_lists_are_read_in_one_way()
   lu.assertEquals(checks.list("a, b,a ,c", "x"), { "a", "b", "c" })
   lu.assertEquals({ checks.list("a,,b", "x,y") },
      { nil, "'a,,b' has an empty element; write a list such as x,y" })
   for _, name in ipairs { "", ",", "a,", " " } do
      lu.assertNil(checks.list(name, "x"), name)
   end
end

function TestArguments.test_wants_help_stops_at_the_double_dash()
   lu.assertTrue(arguments.wants_help { "a", "-h" })
   lu.assertTrue(arguments.wants_help { "--help" })
   lu.assertFalse(arguments.wants_help { "--", "--help" })
   lu.assertFalse(arguments.wants_help {})
end

function TestArguments.test_first_positional_skips_values()
   lu.assertEquals(arguments.first_positional(parser(), { "--slices", "2", "rye", "x" }), 3)
   lu.assertEquals(arguments.first_positional(parser(), { "--slices=2", "--butter", "rye" }), 3)
   lu.assertEquals(arguments.first_positional(parser(), { "--", "--odd.lua" }), 2)
   lu.assertNil(arguments.first_positional(parser(), { "--butter" }))
   local message = refusal(arguments.first_positional, parser(), { "--slice", "2", "rye" })
   lu.assertStrContains(message, "'--slices'")
end

TestSession = {}

function TestSession.setUp() session.reset() end

local function results(fields)
   fields.report = function(self)
      self.reported = true
      self.times = (self.times or 0) + 1
      return fields.all_drawn ~= false
   end
   return fields
end

function TestSession.test_reports_what_was_not_reported()
   local a, b = session.add(results {}), session.add(results { reported = true })
   lu.assertEquals(session.finish(), 0)
   lu.assertEquals(a.times, 1)
   lu.assertNil(b.times)
end

function TestSession.test_exit_code_1_for_failed_trials_and_missing_charts()
   session.add(results { trials = { { status = "ok" }, { status = "timeout" } } })
   lu.assertEquals(session.finish(), 1)
   session.reset()
   session.add(results { trials = { { status = "ok" } }, all_drawn = false })
   lu.assertEquals(session.finish(), 1)
   session.reset()
   session.add(results { reported = true, drawn = false })
   lu.assertEquals(session.finish(), 1)
end

function TestSession.test_interruption_outweighs_and_is_not_reported()
   local a = session.add(results { status = "interrupted" })
   session.mark(1)
   lu.assertEquals(session.finish(), 130)
   lu.assertNil(a.times)
end

TestModule = {}

function TestModule.test_unknown_fields_are_named()
   local bake = require "bakeoff"
   lu.assertErrorMsgContains("no 'optoins'; did you mean 'options'?", function() return bake.optoins end)
end

function TestModule.test_fields_are_there()
   local bake = require "bakeoff"
   lu.assertEquals(bake.version, require("bakeoff.core").version)
   lu.assertIs(bake.options, require("bakeoff.script.options").declare)
   lu.assertIs(bake.urls_from, require("bakeoff.net.urls").read)
end

TestCommands = {}

function TestCommands.test_names_and_files_agree()
   for _, name in ipairs(cli.command_names()) do
      if package.searchpath("bakeoff.commands." .. name, package.path) then
         local command = require("bakeoff.commands." .. name)
         lu.assertEquals(command.name, name)
         lu.assertIsString(command.summary)
         lu.assertIsFunction(command.main or command.run)
      end
   end
end

os.exit(lu.LuaUnit.run(), true)
