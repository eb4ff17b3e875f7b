--- Splitting command lines into words as a shell does.
local lu = require "luaunit"
local core = require "bakeoff.core"
local shell_words = require "bakeoff.base.shell_words"

TestSplit = {}

function TestSplit.test_known_lines()
   local cases = {
      { "", {} },
      { "  \t\n ", {} },
      { "ls", { "ls" } },
      { "  ls   -l\t/tmp \n", { "ls", "-l", "/tmp" } },
      { "echo 'a b' c", { "echo", "a b", "c" } },
      { [[echo "a b" 'c "d" e']], { "echo", "a b", 'c "d" e' } },
      { [[a\ b c\\d \'e]], { "a b", [[c\d]], "'e" } },
      { [["a\"b" "c\d" "\$HOME" "\\"]], { 'a"b', [[c\d]], "$HOME", "\\" } },
      { [['a\b']], { [[a\b]] } },
      { "one''word tw'o'\"w\"", { "oneword", "twow" } },
      { [['' ""]], { "", "" } },
      { "a\\\nb", { "ab" } },
      { "\"a\\\nb\"", { "ab" } },
      { "awk '{ print $1 | \"sort\" }'", { "awk", '{ print $1 | "sort" }' } },
      { "cost 5$ a$", { "cost", "5$", "a$" } },
      { "größe '日本'", { "größe", "日本" } },
      { "{n} a=b x~y *.c", { "{n}", "a=b", "x~y", "*.c" } },
   }
   for _, case in ipairs(cases) do
      local list, message = shell_words.split(case[1])
      lu.assertNil(message, case[1])
      lu.assertEquals(list, case[2], case[1])
   end
end

function TestSplit.test_what_only_a_shell_could_do_is_refused()
   local cases = {
      { "echo 'a", "single quote" }, { 'echo "a', "double quote" }, { [[echo "a\"]], "double quote" },
      { "echo a\\", "backslash" }, { "a | b", "'|'" }, { "a && b", "'&'" }, { "a; b", "';'" },
      { "a > b", "'>'" }, { "a < b", "'<'" }, { "(a)", "'('" }, { "echo `a`", "'`'" },
      { 'echo "`a`"', "'`'" }, { "echo $HOME", "'$HOME'" }, { 'echo "$HOME"', "'$HOME'" },
      { "echo $(ls)", "'$(l'" }, { "echo ${A}", "'${A'" },
      { "echo $'a", "is not closed" }, { "echo $'\\q'", "not understood" },
   }
   for _, case in ipairs(cases) do
      local list, message = shell_words.split(case[1])
      lu.assertNil(list, case[1])
      lu.assertStrContains(message, case[2])
   end
   lu.assertStrContains(select(2, shell_words.split("a | b")), "sh -c")
end

TestJoin = {}

function TestJoin.test_only_what_needs_quotes_gets_them()
   lu.assertEquals(shell_words.join { "ls", "-l", "a b", "", "it's", "$x" },
      [[ls -l 'a b' '' 'it'\''s' '$x']])
   lu.assertEquals(shell_words.quote "a\nb 'c' \\ \27[31m\0", [[$'a\nb \'c\' \\ \e[31m\x00']])
end

-- Compares with the shell itself.
function TestJoin.test_a_shell_and_split_take_a_joined_line_apart_alike()
   local list = { "printf", "%s\\0", "a b", "", "it's", 'say "no"', "$HOME", "a\\b", "`x`", "{n}", "*",
      "ä;|&<>()", "a\nb\t'c'\\n\27\1" }
   local line = shell_words.join(list)
   lu.assertEquals(shell_words.split(line), list)
   local result = assert(core.command { argv = { "bash", "-c", line }, timeout = 60 })
   lu.assertEquals(result.stdout, table.concat(list, "\0", 3) .. "\0")
end

os.exit(lu.LuaUnit.run(), true)
