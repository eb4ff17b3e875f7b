--- Placeholders in the words of a command: "{urls}" becomes the name of a file, and "{{urls}}" becomes the
-- literal text "{urls}". Braces around anything but a single word (JSON, a shell's {a,b}) and a shell's
-- ${name} are not changed.

local failure = require "bakeoff.base.failure"
local text = require "bakeoff.base.text"

local placeholders = {}

--- name → its meaning.
placeholders.MEANINGS = {
   urls = "a file with one URL per line", url = "the first URL", items = "a file with one item per line",
   count = "the number of URLs or items", workers = "the trial's worker count",
   out = "a fresh empty folder, removed after the trial", seed = "the experiment's seed",
   ["repeat"] = "the repeat's number (0: warm-up)",
}

-- Refuses a name. known: the sorted names of all placeholders.
local function refuse(name, argument, known)
   local near = text.nearest(name, known)
   failure.usage("%s: '{%s}' is not a placeholder%s; the placeholders are {%s}; for the literal text write "
      .. "{{%s}}", argument, name, near and (" (did you mean '{%s}'?)"):format(near) or "",
      table.concat(known, "}, {"), name)
end

-- The user may have meant the placeholder or the shell's variable of that name.
local function refuse_variable(name, argument)
   failure.usage("%s: '${%s}' is a shell variable; write {%s} for the placeholder, or ${{%s}} for the " ..
      "variable", argument, name, name, name)
end

local LITERAL = "{({[%a_][%w_]*})}"

-- Replaces each placeholder with the result of found(name). Calls variable(name) for each ${name}.
local function substitute(word, found, variable)
   local parts, at = {}, 1
   local open, close, literal = word:find(LITERAL)
   while true do
      local from, to, dollar, inner = word:find("(%$?){([%a_][%w_]*)}", at)
      if open and open < at then -- looked for only when it has been passed: words can be long
         open, close, literal = word:find(LITERAL, at)
      end
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

--- Adds the placeholders of a word to `uses` (name → where it is used first). Which of them are known is told
-- by refuse_unknown, when all are. Raises a usage failure for a shell's variable of a placeholder's name.
function placeholders.check(word, argument, uses)
   substitute(word, function(name)
      uses[name] = uses[name] or argument
      return ""
   end, function(name)
      if placeholders.MEANINGS[name] then
         refuse_variable(name, argument)
      end
   end)
   return word
end

--- Raises a usage failure for a name in `uses` that is no placeholder. own: a table whose keys are further
-- names, or nil.
function placeholders.refuse_unknown(uses, own)
   local known = {}
   for _, names in ipairs { placeholders.MEANINGS, own or {} } do
      for name in pairs(names) do
         known[name] = true
      end
   end
   for _, name in ipairs(text.sorted_keys(uses)) do
      if not known[name] then
         refuse(name, uses[name], text.sorted_keys(known))
      end
   end
end

--- The word with its placeholders replaced. values: name → text for each placeholder in it.
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
