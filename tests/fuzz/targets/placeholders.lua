--- Words of commands: placeholders (contenders/command/placeholders.lua) and the splitting into words
-- (base/shell_words.lua). Braces that are doubled arrive as they were; joined words split into the same
-- words.

local here = os.getenv "BAKEOFF_SOURCE" .. "/tests/fuzz/targets/"
local support = dofile(here .. "support.lua")
local placeholders = require "bakeoff.contenders.command.placeholders"
local shell_words = require "bakeoff.base.shell_words"

local VALUES = {}
for name in pairs(placeholders.MEANINGS) do
   VALUES[name] = "\1" .. name .. "\2"
end

local function check_placeholders(bytes)
   local uses = {}
   local ok = support.call(placeholders.check, bytes, "command", uses)
      and support.call(placeholders.refuse_unknown, uses)
   if ok then
      local expanded = placeholders.expand(bytes, VALUES)
      for name in pairs(uses) do
         support.expect(expanded:find(VALUES[name], 1, true), "what is used is filled in", name, bytes)
      end
   end
   local doubled = bytes:gsub("{([%a_][%w_]*)}", "{{%1}}")
   local back = placeholders.expand(doubled, VALUES)
   support.expect(back == bytes, "doubled braces are literal", bytes, back)
end

local function check_words(bytes)
   local words, message = shell_words.split(bytes)
   if not words then
      return support.check_message(message)
   end
   local joined = shell_words.join(words)
   support.expect(not joined:find "%c", "a command line is one line", joined)
   if not table.concat(words):find "%c" then
      support.expect(support.same(shell_words.split(joined), words), "joined words split again", joined)
   end
end

return function(bytes)
   check_placeholders(bytes)
   check_words(bytes)
end
