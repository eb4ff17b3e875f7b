--- Turns the command line of `bakeoff exec` into an experiment's fields.
local lu = require "luaunit"
local exec_options = require "bakeoff.exec.options"
local exec_plan = require "bakeoff.exec.plan"
local failure = require "bakeoff.base.failure"

local function plan(...) return exec_plan.make(exec_options.parse { ... }) end

local function refusal(...)
   local ok, problem = pcall(plan, ...)
   lu.assertFalse(ok)
   lu.assertTrue(failure.is(problem), tostring(problem))
   lu.assertNil(problem.message:find "\n")
   return problem.message
end

local function labels(given)
   local list = {}
   for i, entry in ipairs(given.contenders) do
      list[i] = entry.label
   end
   return list
end

TestCommands = {}

function TestCommands.test_one_command_and_its_defaults()
   local given = plan("--", "sleep", "0.1")
   lu.assertEquals(given.name, "exec")
   lu.assertEquals(given.workers, { 1 })
   lu.assertEquals(given.job, "run sleep 0.1")
   lu.assertEquals(given.contenders, { { "command", argv = { "sleep", "0.1" }, label = "sleep 0.1" } })
   lu.assertNil(given.contenders[1].parameters)
end

function TestCommands.test_options_become_fields()
   local given = plan("--vs", "other 'a b'", "--prepare", "sync", "--empty", "sleep 0", "--input", "in.txt",
      "--output", "out.txt", "--cwd", "/tmp", "--env", "A=1", "--env", "B=x=y", "--ignore-failure",
      "--repeats", "3", "--warmup", "0", "--seed", "7", "--timeout", "2s", "--sample-every", "5ms",
      "--name", "n", "--", "sleep", "0")
   lu.assertEquals(given.contenders[2], { "command", argv = { "other", "a b" }, label = "other 'a b'",
      prepare = { "sync" }, empty = { "sleep", "0" }, stdin = "in.txt", stdout = "out.txt", cwd = "/tmp",
      env = { A = "1", B = "x=y" }, ok_codes = "all" })
   lu.assertEquals({ given.repeats, given.warmup, given.seed, given.timeout, given.sample_every, given.name },
      { 3, 0, 7, 2, 0.005, "n" })
end

function TestCommands.test_options_of_the_command_are_its_own()
   lu.assertEquals(plan("--", "ls", "--help", "--", "-x").contenders[1].argv, { "ls", "--help", "--", "-x" })
end

function TestCommands.test_the_same_command_twice_has_two_names()
   lu.assertEquals(labels((plan("--vs", "true", "--", "true"))), { "true", "true (2)" })
end

TestScans = {}

function TestScans.test_every_command_with_the_values_that_it_uses()
   local given = plan("--scan", "n=1,2", "--scan", "m=a,b", "--vs", "fixed", "--vs", "x {m}", "--",
      "y", "-j{n}", "{m}")
   lu.assertEquals(labels(given), { "y -j1 a", "y -j1 b", "y -j2 a", "y -j2 b", "fixed", "x a", "x b" })
   lu.assertEquals(given.contenders[2].argv, { "y", "-j1", "b" })
   lu.assertEquals(given.contenders[2].parameters, { { "n", "1" }, { "m", "b" } })
   lu.assertNil(given.contenders[5].parameters)
end

function TestScans.test_values_go_into_everything_and_show_in_the_label()
   local given = plan("--scan", "n=1..2", "--env", "N={n}", "--input", "{n}.txt",
      "--prepare", "touch {n}.txt", "--", "make")
   lu.assertEquals(labels(given), { "make (n=1)", "make (n=2)" })
   lu.assertEquals(given.contenders[2].env, { N = "2" })
   lu.assertEquals(given.contenders[2].stdin, "2.txt")
   lu.assertEquals(given.contenders[2].prepare, { "touch", "2.txt" })
end

function TestScans.test_labels_of_long_commands_show_the_values()
   local long = ("x"):rep(60)
   local given = plan("--scan", "n=1,2", "--", "prog", "{n}", long, long)
   lu.assertStrContains(given.contenders[1].label, "(n=1)")
   lu.assertStrContains(given.contenders[2].label, "(n=2)")
end

function TestScans.test_labels_for_commands_or_for_each_case()
   local function of(...) return labels((plan(...))) end
   lu.assertEquals(of("--label", "one", "--label", "two", "--vs", "b", "--", "a"), { "one", "two" })
   lu.assertEquals(of("--label", "p", "--scan", "n=1,2", "--", "a", "{n}"), { "p (n=1)", "p (n=2)" })
   lu.assertEquals(of("--label", " p 1 ", "--", "a"), { "p 1" })
   lu.assertEquals(of("--label", "p{n}", "--scan", "n=1,2", "--", "a", "{n}"), { "p1", "p2" })
   lu.assertEquals(of("--label", "p", "--label", "q", "--scan", "n=1,2", "--", "a", "{n}"), { "p", "q" })
end

TestRefusals = {}

function TestRefusals.test_no_command()
   lu.assertStrContains(refusal(), "missing argument 'COMMAND'")
   lu.assertStrContains(refusal("--repeats", "3"), "missing argument 'COMMAND'")
   lu.assertStrContains(refusal("--"), "missing argument 'COMMAND'")
   lu.assertStrContains(refusal("--", ""), "missing argument 'COMMAND'")
   lu.assertStrContains(refusal("--repeats", "3", "sleep", "a b"), "bakeoff exec -- sleep 'a b'")
end

function TestRefusals.test_options()
   local cases = {
      { { "--vs", "a 'b" }, "--vs: a single quote" }, { { "--vs", " " }, "--vs: the command is empty" },
      { { "--vs", "a | b" }, "--vs: '|'" }, { { "--prepare", "a > b" }, "--prepare: '>'" },
      { { "--empty", '"' }, "--empty: a double quote" },
      { { "--scan", "n" }, "--scan: 'n' is not a scan" }, { { "--env", "A" }, "--env: 'A'" },
      { { "--label", "a\nb" }, "--label: 'a?b' contains a line break" },
      { { "--name", "a b" }, "--name: 'a b'" },
      { { "--repeats", "0" }, "--repeats: '0'" }, { { "--timeout", "0" }, "--timeout: '0'" },
      { { "--repeat", "3" }, "did you mean '--repeats'?" },
      { { "--prepare", "a", "--prepare", "b" },
         "--prepare: 2 given for 1 command; give one for all, or one for each" },
      { { "--env", "A=1", "--env", "B=1", "--env", "A=2" }, "--env: A is given twice" },
      { { "--no-chart", "--format", "pdf" }, "--format: has no effect with --no-chart; leave it out" },
      { { "--notes", "--quiet" }, "--notes: has no effect with --quiet; leave it out" },
   }
   for _, case in ipairs(cases) do
      local words = table.move(case[1], 1, #case[1], 1, {})
      words[#words + 1], words[#words + 2] = "--", "true"
      lu.assertStrContains(refusal(table.unpack(words)), case[2])
   end
end

function TestRefusals.test_labels_that_are_too_few_or_too_many()
   lu.assertStrContains(refusal("--label", "a", "--vs", "x", "--", "y"), "--label: 1 given for 2 commands")
   lu.assertStrContains(refusal("--label", "a", "--label", "b", "--", "y"), "--label: 2 given for 1 command;")
   lu.assertStrContains(refusal("--label", "a", "--label", "b", "--scan", "n=1..3", "--", "y", "{n}"),
      "or for each of the 3 with scanned values")
end

function TestRefusals.test_placeholders()
   lu.assertStrContains(refusal("--scan", "n=1", "--", "y"), "--scan: no command uses {n}")
   lu.assertStrContains(refusal("--scan", "threads=1", "--", "y", "{thread}"), "did you mean 'thread'?")
   lu.assertStrContains(refusal("--", "y", "{n}"), "unknown placeholder {n}")
   lu.assertStrContains(refusal("--", "y", "{n}"), "write {{n}} for the literal text")
   lu.assertStrContains(refusal("--", "y", "{rpeat}"), "did you mean 'repeat'?")
   lu.assertStrContains(refusal("--scan", "out=1", "--", "y", "{out}"), "is a built-in placeholder")
   lu.assertStrContains(refusal("--random", "out=1..9", "--", "y", "{out}"), "is a built-in placeholder")
   lu.assertStrContains(refusal("--random", "n=1..9", "--scan", "n=2", "--", "y", "{n}"),
      "--random: n is given twice")
   lu.assertStrContains(refusal("--random", "key=1..9", "--", "y", "{kex}"),
      "--random: no command uses {key}; did you mean 'kex'?")
   lu.assertStrContains(refusal("--random", "key", "--", "y", "{key}"), "--random: 'key' is not accepted")
   lu.assertStrContains(refusal("--random", "key=1..x", "--", "y", "{key}"),
      "--random.key: '1..x' is not a range")
   lu.assertStrContains(refusal("--random", "key=1..9", "--setup", "x {key}", "--", "y", "{key}"),
      "--setup: {key} differs between trials")
   lu.assertStrContains(refusal("--scan", "n=1", "--scan", "n=2", "--", "y", "{n}"), "is given twice")
   lu.assertStrContains(refusal("--scan", "n=1..900", "--scan", "m=1..900", "--", "y", "{n}{m}"),
      "more than 1000 combinations")
end

os.exit(lu.LuaUnit.run(), true)
