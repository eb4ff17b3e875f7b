--- bakeoff.placeholders: what counts as a placeholder, what is left alone, what is refused.
local lu = require "luaunit"

local failure = require "bakeoff.base.failure"
local placeholders = require "bakeoff.contenders.command.placeholders"

local VALUES = { urls = "/tmp/urls.txt", url = "http://127.0.0.1/", count = 3, workers = 4,
   out = "/tmp/o u t", seed = 1, ["repeat"] = 0, items = "/tmp/items.txt" }

local function expand(word)
   local uses = {}
   placeholders.check(word, "argv[1]", uses)
   return placeholders.expand(word, VALUES), uses
end

local function refusal_of(word, own)
   local ok, problem = pcall(function()
      local uses = {}
      placeholders.check(word, "argv[1]", uses)
      placeholders.refuse_unknown(uses, own)
   end)
   lu.assertFalse(ok, word)
   lu.assertTrue(failure.is(problem), tostring(problem))
   return problem.message
end

TestPlaceholders = {}

function TestPlaceholders.test_each_is_replaced_wherever_it_stands()
   for name, value in pairs(VALUES) do
      local expanded, uses = expand(("a{%s}b{%s}"):format(name, name))
      lu.assertEquals(expanded, ("a%sb%s"):format(value, value))
      lu.assertEquals(uses, { [name] = "argv[1]" })
   end
   lu.assertEquals(expand("-n{workers}/{count}"), "-n4/3")
   lu.assertEquals(expand(""), "")
end

function TestPlaceholders.test_what_was_put_in_is_not_looked_at_again()
   local word = placeholders.expand("{url}{url}", { url = "{urls}%1" })
   lu.assertEquals(word, "{urls}%1{urls}%1")
end

function TestPlaceholders.test_doubled_braces_stand_for_themselves()
   lu.assertEquals(expand("{{urls}} {urls} {{print}}"), "{urls} /tmp/urls.txt {print}")
   lu.assertEquals(expand("{{{count}}}"), "{{count}}")
end

function TestPlaceholders.test_braces_around_anything_else_are_left_alone()
   for _, word in ipairs { "{}", "{1..9}", "{a,b}", '{"a":{"b":[1]}}', "{ print $1 }", "{", "}", "}{", "{-}",
      "${HOME}", "${x:-y}", "f() { echo; }", "{a b}", "%s{1}" } do
      local expanded, uses = expand(word)
      lu.assertEquals(expanded, word)
      lu.assertEquals(uses, {})
   end
end

function TestPlaceholders.test_unknown_ones_are_named_with_the_list()
   lu.assertEquals(refusal_of "x{worker}",
      "argv[1]: '{worker}' is not a placeholder (did you mean '{workers}'?); the placeholders are " ..
      "{count}, {items}, {out}, {repeat}, {seed}, {url}, {urls}, {workers}; for the literal " ..
      "text write {{worker}}")
   lu.assertStrContains(refusal_of "{print}", "'{print}' is not a placeholder; the placeholders are ")
   lu.assertStrContains(refusal_of "{URLS}", "'{URLS}' is not a placeholder (did you mean '{urls}'?)")
end

function TestPlaceholders.test_an_experiment_may_have_more()
   lu.assertStrContains(refusal_of("{kye}", { key = {} }),
      "'{kye}' is not a placeholder (did you mean '{key}'?); the placeholders are {count}, {items}, {key}, ")
   local uses = {}
   placeholders.check("{key}", "argv[1]", uses)
   placeholders.refuse_unknown(uses, { key = {} })
end

function TestPlaceholders.test_a_placeholder_that_a_shell_would_take_is_refused()
   lu.assertEquals(refusal_of "curl ${url}",
      "argv[1]: '${url}' is a shell variable; write {url} for the placeholder, or ${{url}} " ..
      "for the variable")
   lu.assertEquals(expand "${{url}}", "${url}")
end

os.exit(lu.LuaUnit.run(), true)
