--- Short names of commands.
local lu = require "luaunit"
local command_label = require "bakeoff.exec.label"

TestLabel = {}

function TestLabel.test_known_commands()
   local cases = {
      { { "true" }, "true" },
      { { "/usr/bin/sleep", "0.1" }, "sleep 0.1" },
      { { "sh", "-c", "echo a; ls" }, "sh -c 'echo a; ls'" },
      { { "echo", 'a,b "c"' }, "echo 'a,b \"c\"'" },
      { { "python3", "-c", "\nimport os\n\nprint(1)\n" }, "python3 -c 'import os print(1)'" },
      { { "" }, "''" },
      { { "/" }, "/" },
      { { "gzip", "-9", "/home/somebody/data/texts/large.txt" }, "gzip -9 large.txt" },
      { { "curl", "http://127.0.0.1:8080/a/b" }, "curl http://127.0.0.1:8080/a/b" },
      { { "wc", "\xff\xfe" }, "wc ?" },
   }
   for _, case in ipairs(cases) do
      lu.assertEquals(command_label.of(case[1]), case[2])
   end
end

function TestLabel.test_long_commands_keep_both_ends()
   local name = command_label.of { "python3", "fetch.py", "--workers", "16", "--repeat", "3", "--for", "10" }
   lu.assertTrue(utf8.len(name) <= 36, name)
   lu.assertStrMatches(name, "python3 fetch%.py.*….*%-%-for 10")
   lu.assertEquals(utf8.len(command_label.of({ ("ö"):rep(100) }, 11)), 11)
end

function TestLabel.test_no_label_has_control_characters()
   for _, argv in ipairs { { "a,b" }, { 'a"b' }, { "a\nb\27[31m" }, { "\0" }, { "a", ("x,"):rep(50) } } do
      local name = command_label.of(argv)
      lu.assertTrue(utf8.len(name) > 0)
      lu.assertNil(name:find "%c", name)
   end
end

function TestLabel.test_equal_names_are_numbered()
   lu.assertEquals(command_label.unique { "a", "b", "a", "a", "a (2)" },
      { "a", "b", "a (2)", "a (3)", "a (2) (2)" })
end

os.exit(lu.LuaUnit.run(), true)
