--- Searches the sources of lua/bakeoff for English in the wrong place: sentences about verdicts outside
-- analysis/wording, and code that looks into a title or a sentence to decide something.

local graph = require "lua_graph"

local wording = {}

-- Words of sentences about verdicts. A string with one of them belongs in analysis/wording.
local SENTENCES = { "no difference shown", "too few repeats for a verdict", "within noise",
   "no figure in [AB]", "fastest", "tied with", "times as ", "as fast", "as long$", "%%s as high",
   "no gain shown", "no loss shown", "no growth shown", "No trial succeeded" }

-- Names of values that readers see as sentences.
local TEXTS = { "title", "finding", "sentence", "verdict", "remark", "subtitle", "caption", "way" }

--- The strings that are sentences about verdicts. source: the text of a module.
function wording.sentences(source)
   local found = {}
   for _, words in ipairs(graph.strings(source)) do
      for _, pattern in ipairs(SENTENCES) do
         if words:find(pattern) then
            found[#found + 1] = words
            break
         end
      end
   end
   return found
end

-- Finds the name even with a call or an index before the method: page.title(results):find "^No".
local function looks_into(line, name)
   for _, method in ipairs { "find", "match", "gmatch", "gsub", "sub" } do
      for _, between in ipairs { "", "%b()", "%b[]" } do
         if line:find(name .. between .. "%)?%s*:" .. method .. "%f[%W]") then
            return true
         end
      end
      if line:find("string%." .. method .. "%s*%([%w_.]-" .. name .. "%f[%W]") then
         return true
      end
   end
   return false
end

--- The lines of a module that look into a title or a sentence.
function wording.looks(source)
   local found = {}
   for line in source:gmatch "[^\n]+" do
      local code = line:gsub("%-%-.*", "")
      for _, name in ipairs(TEXTS) do
         if looks_into(code, name) then
            found[#found + 1] = line:match "^%s*(.-)%s*$"
            break
         end
      end
   end
   return found
end

-- Drops the names of blocks in .dat files, which are for readers of the numbers.
local function without_names_of_data(source) return (source:gsub('title = [^,\n]*"[^"\n]*",', "")) end

--- The strings with two or more words, as in prose. Format letters are not words.
function wording.prose(source)
   local found = {}
   for _, words in ipairs(graph.strings(without_names_of_data(source))) do
      local plain = words:gsub("%%[%d.]*%a", " ")
      found[#found + 1] = plain:find("%f[%a]%a%a+%s+%a%a+%f[%A]") and words or nil
   end
   return found
end

return wording
