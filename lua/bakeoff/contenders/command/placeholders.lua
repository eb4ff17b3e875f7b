--- Placeholders in the words of a command: "{urls}" becomes the name of a file. "{{urls}}" stands for these
-- very characters; braces around anything but a single word (JSON, a shell's {a,b}) and a shell's ${name}
-- are left alone.

local failure = require "bakeoff.base.failure"
local text = require "bakeoff.base.text"

local placeholders = {}

--- name → what it stands for.
placeholders.MEANINGS = {
   urls = "a file with one URL a line", url = "the first URL", items = "a file with one item a line",
   count = "how many URLs or items", workers = "the trial's worker count",
   out = "a fresh empty folder, removed after the trial", seed = "the experiment's seed",
   ["repeat"] = "the number of the repeat (0: a warm-up)",
}

local function list()
   local words = {}
   for i, name in ipairs(text.sorted_keys(placeholders.MEANINGS)) do
      words[i] = "{" .. name .. "}"
   end
   return table.concat(words, ", ")
end

local function refuse(name, argument)
   local near = text.nearest(name, text.sorted_keys(placeholders.MEANINGS))
   failure.usage("%s: '{%s}' is not a placeholder%s; there are %s; for these very characters write {{%s}}",
      argument, name, near and (" (did you mean '{%s}'?)"):format(near) or "", list(), name)
end

-- Looks like a placeholder to who wrote it, and like a variable to the shell it is for.
local function refuse_variable(name, argument)
   failure.usage("%s: '${%s}' is a shell's variable; write {%s} for the placeholder, or ${{%s}} for the " ..
      "variable", argument, name, name, name)
end

-- Calls found(name) for each placeholder; what it returns takes its place. Calls variable(name) for each
-- ${name}.
local function substitute(word, found, variable)
   local parts, at = {}, 1
   while true do
      local from, to, dollar, inner = word:find("(%$?){([%a_][%w_]*)}", at)
      local open, close, literal = word:find("{({[%a_][%w_]*})}", at)
      if open and (not from or open < from) then
         parts[#parts + 1] = word:sub(at, open - 1) .. literal
         at = close + 1
      elseif from then
         parts[#parts + 1] = word:sub(at, from - 1)
         parts[#parts + 1] = dollar == "" and found(inner) or word:sub(from, to)
         if dollar ~= "" and variable then
            variable(inner)
         end
         at = to + 1
      else
         return table.concat(parts) .. word:sub(at)
      end
   end
end

--- Notes the placeholders of a word in the set `uses`; raises for unknown ones.
function placeholders.check(word, argument, uses)
   substitute(word, function(name)
      if not placeholders.MEANINGS[name] then
         refuse(name, argument)
      end
      uses[name] = true
      return ""
   end, function(name)
      if placeholders.MEANINGS[name] then
         refuse_variable(name, argument)
      end
   end)
   return word
end

--- values: name → text for each that was noted.
function placeholders.expand(word, values)
   return substitute(word, function(name) return tostring(values[name]) end)
end

--- A list of words, expanded.
function placeholders.expand_all(words, values)
   local expanded = {}
   for i, word in ipairs(words) do
      expanded[i] = placeholders.expand(word, values)
   end
   return expanded
end

return placeholders
