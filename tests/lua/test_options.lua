local lu = require "luaunit"
local core = require "bakeoff.core"
local failure = require "bakeoff.base.failure"
local options = require "bakeoff.script.options"

local function command_line(...)
   options.reset { argv = { ... }, script = "scripts/tickets.lua", command = { "bakeoff", "run", ... } }
end

local function refusal(f, ...)
   local ok, problem = pcall(f, ...)
   lu.assertFalse(ok)
   lu.assertTrue(failure.is(problem))
   lu.assertNotStrContains(problem.message, "\n")
   return problem.message
end

-- Calls f → what is written to stdout meanwhile.
local function captured(f, ...)
   local written, real = {}, io.stdout
   rawset(io, "stdout", { write = function(_, ...) written[#written + 1] = table.concat { ... } end })
   local ok, problem = pcall(f, ...)
   rawset(io, "stdout", real)
   return table.concat(written), ok, problem
end

TestDeclare = {}

function TestDeclare.test_gives_defaults()
   command_line()
   local opt = options.declare {
      days = { 100, "days" }, list = { "urls.txt", "list" }, quick = { false, "hurry" },
   }
   lu.assertEquals({ opt.days, opt.list, opt.quick }, { 100, "urls.txt", false })
   lu.assertEquals(math.type(opt.days), "integer")
end

function TestDeclare.test_the_default_decides_the_type()
   command_line("--days", "30", "--share=0.5", "--list", "a b.txt", "--quick", "--no-color")
   local opt = options.declare {
      days = { 100, "" }, share = { 0.1, "" }, list = { "x", "" },
      quick = { false, "" }, color = { true, "" },
   }
   lu.assertEquals({ opt.days, opt.share, opt.list }, { 30, 0.5, "a b.txt" })
   lu.assertEquals({ opt.quick, opt.color }, { true, false })
end

function TestDeclare.test_underscores_become_dashes()
   command_line("--cache-size", "5")
   lu.assertEquals(options.declare({ cache_size = { 1, "" } }).cache_size, 5)
end

function TestDeclare.test_takes_negative_values_after_an_equals_sign()
   command_line("--offset=-5")
   lu.assertEquals(options.declare({ offset = { 1, "" } }).offset, -5)
   command_line("--offset", "-5")
   lu.assertStrContains(refusal(options.declare, { offset = { 1, "" } }), "--option=-5")
end

function TestDeclare.test_refuses_values_of_the_wrong_kind()
   for _, wrong in ipairs { "x", "1.5", "", "nan", "1e999" } do
      command_line("--days=" .. wrong)
      lu.assertStrContains(refusal(options.declare, { days = { 100, "" } }), "--days: '" .. wrong .. "'")
   end
end

function TestDeclare.test_unknown_options_are_named_with_the_nearest_of_both()
   command_line("--dasy", "3")
   lu.assertEquals(refusal(options.declare, { days = { 100, "" } }),
      "unknown option '--dasy'; did you mean '--days'? (see bakeoff run scripts/tickets.lua --help)")
   command_line("--repeat", "3")
   lu.assertStrContains(refusal(options.declare, { days = { 100, "" } }), "did you mean '--repeats'?")
end

function TestDeclare.test_the_parser_is_not_the_scripts_and_does_not_stay()
   package.loaded.argparse = nil
   command_line "--days=30"
   lu.assertEquals(options.declare({ days = 100 }).days, 30)
   lu.assertNil(package.loaded.argparse)
   local own = require "argparse"
   command_line "--days=40"
   lu.assertEquals(options.declare({ days = 100 }).days, 40)
   lu.assertIs(package.loaded.argparse, own)
end

function TestDeclare.test_unexpected_arguments_are_named()
   command_line("--days", "3", "extra")
   lu.assertStrContains(refusal(options.declare, { days = { 100, "" } }), "unexpected argument 'extra'")
end

function TestDeclare.test_refuses_bad_declarations()
   command_line()
   lu.assertStrContains(refusal(options.declare, { repeats = { 1, "" } }), "is an option of bakeoff run")
   lu.assertStrContains(refusal(options.declare, { help = { false, "" } }), "is an option of bakeoff run")
   lu.assertStrContains(refusal(options.declare, { days = {} }), "needs a default")
   lu.assertStrContains(refusal(options.declare, { ["a b"] = { 1, "" } }), "'a b'")
   lu.assertStrContains(refusal(options.declare, { 100 }), "'1'")
   lu.assertStrContains(refusal(options.declare, nil), "expected a table")
end

function TestDeclare.test_declares_once()
   command_line()
   options.declare { days = { 1, "" } }
   lu.assertStrContains(refusal(options.declare, { days = { 1, "" } }), "already called")
end

function TestDeclare.test_comes_before_the_experiment()
   command_line()
   options.run_settings()
   lu.assertStrContains(refusal(options.declare, { days = { 1, "" } }), "declare options before it")
end

function TestDeclare.test_reading_an_undeclared_option_raises()
   command_line()
   local opt = options.declare { days = { 1, "" } }
   lu.assertErrorMsgContains("did you mean 'days'", function() return opt.dais end)
end

function TestDeclare.test_help_shows_both_and_stops_the_script()
   command_line("--help")
   local help, ok, problem = captured(options.declare, { days = { 100, "days to fetch" } })
   lu.assertStrContains(help, "Options of tickets.lua")
   lu.assertStrContains(help, "days to fetch (default: 100)")
   lu.assertStrContains(help, "--repeats")
   lu.assertFalse(ok)
   lu.assertTrue(problem.silent)
   lu.assertEquals(problem.exit_code, 0)
end

TestRunSettings = {}

function TestRunSettings.test_everything_given()
   command_line("--out", "o", "--repeats", "3", "--workers", "1, 4,4", "--contenders", "threads,eventloop",
      "--seed", "0", "--resume", "--warmup", "0", "--timeout", "2min", "--days", "5")
   options.declare { days = { 1, "" } }
   local s = options.run_settings()
   lu.assertEquals({ s.out, s.repeats, s.seed, s.resume, s.warmup, s.timeout }, { "o", 3, 0, true, 0, 120 })
   lu.assertEquals(s.workers, { 1, 4 })
   lu.assertEquals(s.contenders, { "threads", "eventloop" })
   lu.assertEquals(s.script, "tickets.lua")
   lu.assertEquals(s.options, { days = 5 })
   lu.assertEquals({ s.command[1], s.command[2], s.command[3] }, { "bakeoff", "run", "--out" })
end

function TestRunSettings.test_nothing_given()
   command_line()
   local s = options.run_settings()
   lu.assertNil(s.repeats)
   lu.assertNil(s.workers)
   lu.assertNil(s.out)
   lu.assertFalse(s.resume)
end

function TestRunSettings.test_the_folder_of_the_script_is_absolute()
   options.reset { argv = {}, script = "./one.lua" }
   lu.assertEquals(options.run_settings().script_folder, core.absolute ".")
   options.reset()
   lu.assertNil(options.run_settings().script_folder)
end

function TestRunSettings.test_parses_when_the_script_declares_nothing()
   command_line("--repeats", "2")
   lu.assertEquals(options.run_settings().repeats, 2)
   command_line("--dayz", "2")
   lu.assertStrContains(refusal(options.run_settings), "unknown option '--dayz'")
end

function TestRunSettings.test_bad_values_are_one_line_that_names_the_option()
   local wrong = {
      workers = { "0", "x", "", "1,,2", "1.5", "-1", "99999999999999999999" },
      repeats = { "0", "x", "-3", "1.5" },
      warmup = { "x", "-1" },
      seed = { "x", "1.5" },
      timeout = { "0", "soon", "-1s" },
      contenders = { "", "a,,b" },
      out = { "" },
   }
   for name, values in pairs(wrong) do
      for _, value in ipairs(values) do
         command_line("--" .. name .. "=" .. value)
         lu.assertStrContains(refusal(options.run_settings), "--" .. name)
      end
   end
   command_line("--workers", "0")
   lu.assertStrContains(refusal(options.run_settings), "write whole numbers from 1")
end

TestStockLua = {}

function TestStockLua.setUp()
   options.reset()
   TestStockLua.arg = rawget(_G, "arg")
end

function TestStockLua.tearDown() rawset(_G, "arg", TestStockLua.arg) end

function TestStockLua.test_parses_the_global_arg_when_options_are_declared()
   rawset(_G, "arg", { [0] = "my/script.lua", "--days", "7", "--repeats", "2" })
   lu.assertEquals(options.declare({ days = { 1, "" } }).days, 7)
   lu.assertEquals(options.run_settings().repeats, 2)
   lu.assertEquals(options.run_settings().script, "script.lua")
   lu.assertEquals(options.run_settings().command[2], "my/script.lua")
end

function TestStockLua.test_leaves_a_hosts_command_line_alone()
   rawset(_G, "arg", { [0] = "host.lua", "--mine" })
   lu.assertNil(options.run_settings().repeats)
end

function TestStockLua.test_works_without_arg()
   rawset(_G, "arg", nil)
   lu.assertEquals(options.declare({ days = { 1, "" } }).days, 1)
end

TestWhenKnown = {}

-- What when_known told so far, as { out, as written? }.
local function told_by(...)
   command_line(...)
   local told = {}
   options.when_known(function(settings, as_written)
      told[#told + 1] = { settings.out or "", as_written }
   end)
   return told
end

function TestWhenKnown.test_options_of_the_command_are_known_at_once()
   local told = told_by("--out", "elsewhere", "--repeats", "3")
   lu.assertEquals(told, { { "elsewhere", false } })
   lu.assertEquals(options.declare({ days = { 1, "" } }).days, 1) -- the script may still declare its own
   lu.assertEquals(#told, 1)
end

function TestWhenKnown.test_the_scripts_own_wait_for_their_declaration()
   local told = told_by("--days", "1", "--out", "elsewhere")
   lu.assertEquals(told, {})
   options.declare { days = { 1, "" } }
   lu.assertEquals(told, { { "elsewhere", true } })
   options.run_settings()
   lu.assertEquals(#told, 1)
end

function TestWhenKnown.test_what_is_wrong_or_help_waits_for_the_script()
   local told = told_by("--repeats", "many")
   lu.assertStrContains(refusal(options.run_settings), "--repeats: 'many' is not accepted")
   lu.assertEquals(told, {})
   lu.assertEquals(told_by "--help", {})
end

os.exit(lu.LuaUnit.run(), true)
