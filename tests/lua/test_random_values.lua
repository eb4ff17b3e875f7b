--- Random values for the placeholders of commands: what is drawn, when it is the same, what is refused.
local lu = require "luaunit"

local failure = require "bakeoff.base.failure"
local random_values = require "bakeoff.contenders.random_values"
local spec = require "bakeoff.experiment.spec"

local function refusal_of(...)
   local ok, problem = pcall(...)
   lu.assertFalse(ok)
   lu.assertTrue(failure.is(problem), tostring(problem))
   lu.assertEquals(problem.exit_code, 2)
   return problem.message
end

local function draw(words, block, seed)
   local checked = random_values.check({ key = words }, "random")
   return random_values.draw(checked, { key = "argv[1]" }, block, seed or 1).key
end

TestDraw = {}

function TestDraw.test_a_block_a_seed_and_a_name_decide()
   local first = draw("1..1000000", 1)
   lu.assertEquals(draw("1..1000000", 1), first)
   lu.assertNotEquals(draw("1..1000000", 2), first)
   lu.assertNotEquals(draw("1..1000000", -1), first)
   lu.assertNotEquals(draw("1..1000000", 1, 2), first)
   local checked = random_values.check({ a = "1..1000000", b = "1..1000000" }, "random")
   local drawn = random_values.draw(checked, { a = "", b = "" }, 1, 1)
   lu.assertNotEquals(drawn.a, drawn.b)
end

function TestDraw.test_only_what_a_command_uses()
   local checked = random_values.check({ a = "1..9", b = "1..9" }, "random")
   local both = random_values.draw(checked, { a = "", b = "", seed = "" }, 1, 1)
   lu.assertEquals(random_values.draw(checked, { b = "" }, 1, 1), { b = both.b })
   lu.assertNil(random_values.draw(checked, { seed = "" }, 1, 1))
   lu.assertNil(random_values.draw(nil, { seed = "" }, 1, 1))
end

function TestDraw.test_every_value_comes_about_as_often()
   for words, expected in pairs { ["-2..1"] = { "-2", "-1", "0", "1" }, ["1..-2"] = { "-2", "-1", "0", "1" },
      ["a,'b,c',2..3"] = { "a", "b,c", "2", "3" }, ["0.5..2..0.5"] = { "0.5", "1.0", "1.5", "2.0" } } do
      local counts, kinds = {}, 0
      for block = 1, 4000 do
         local value = tostring(draw(words, block))
         kinds = kinds + (counts[value] and 0 or 1)
         counts[value] = (counts[value] or 0) + 1
      end
      lu.assertEquals(kinds, 4, words)
      for _, value in ipairs(expected) do
         lu.assertAlmostEquals(counts[value], 1000, 150, words .. ": " .. value) -- five standard deviations
      end
   end
end

function TestDraw.test_wide_ranges_keep_all_their_digits()
   for block = 1, 100 do
      local value = draw("100000000000000..999999999999999", block)
      lu.assertTrue(value >= 100000000000000 and value <= 999999999999999)
   end
   lu.assertEquals(draw("7..7", 1), 7)
end

TestRefusals = {}

function TestRefusals.test_names()
   local function refused(name, expected)
      lu.assertStrContains(refusal_of(random_values.check, { [name] = "1..9" }, "random"), expected)
   end
   refused("seed", "random: {seed} is a built-in placeholder; choose another name")
   refused("a b", "random: 'a b' is not accepted; a name has letters, digits and _")
   refused("", "random: '' is not accepted")
   refused(1, "random: '1' is not accepted")
   refused("password", "random: 'password' looks like the name of a secret, but what is drawn is recorded")
end

function TestRefusals.test_values()
   local function refused(words, expected)
      lu.assertStrContains(refusal_of(random_values.check, { key = words }, "random"), expected)
   end
   refused(5, 'random.key: expected a text, such as "1..1000" or "a,b,c", got a number')
   refused("", "random.key: ")
   refused("1..x", "random.key: '1..x' is not a range of numbers")
   refused("0.5..2", "random.key: '0.5..2' needs a step")
   refused("1..9999999999999999", "random.key: '1..9999999999999999' is not a range of numbers")
   for _, bad in ipairs { {}, "key", 5 } do
      lu.assertStrContains(refusal_of(random_values.check, bad, "random"),
         "random: expected a table of names and values")
   end
end

-- A task may use any of them: nobody can tell.
function TestRefusals.test_with_a_task()
   local random, contenders = { key = "1..9" }, { "threads" }
   local given = { name = "x", items = { 1 }, task = function(ctx) return ctx.random.key end,
      contenders = contenders, random = random }
   lu.assertEquals(spec.check(given, {}).random.key.given, "1..9")
   given = { name = "x", urls = { "http://127.0.0.1/" }, contenders = contenders, random = random }
   lu.assertStrContains(refusal_of(spec.check, given, {}), "random: no command uses {key}")
end

local function experiment(fields)
   local full = { name = "x", contenders = { { "command", argv = { "echo", "{key}" } } },
      random = { key = "1..9" } }
   for name, value in pairs(fields or {}) do
      full[name] = value
   end
   return spec.check(full, {})
end

function TestRefusals.test_in_an_experiment()
   lu.assertEquals(experiment().random.key.given, "1..9")
   lu.assertStrContains(refusal_of(experiment, { random = { key = "1..9", other = "1..9" } }),
      "random: no command uses {other}; write it in one, or leave it out")
   lu.assertStrContains(refusal_of(experiment, { random = { kex = "1..9" } }),
      "contenders[1]: argv[2]: '{key}' is not a placeholder (did you mean '{kex}'?)")
   for _, field in ipairs { "setup", "cleanup" } do
      lu.assertStrContains(refusal_of(experiment, { contenders = {
         { "command", argv = { "echo", "{key}" }, [field] = { "echo", "{key}" } } } }), ("contenders[1]: %s: "
         .. "'{key}' differs between trials, but this command runs once"):format(field))
   end
end

os.exit(lu.LuaUnit.run(), true)
