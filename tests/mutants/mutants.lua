--- The list of mutants, and what must hold for every entry. Used by run.lua and tests/lua/test_mutants.lua.
--
-- A mutant is a table of
--    name     what is wrong, as whoever reads the report would say it
--    file     path from the top of the sources
--    before   text that occurs in the file exactly once
--    after    what stands there instead
--    tests    the tests of ctest that should notice, separated by blanks, or nil
--    golden   the cases of the golden tests that should notice, separated by blanks, or nil
--    survives the reason why no test notices, or nil

local here = debug.getinfo(1, "S").source:match("^@(.*/)")

local mutants = {}

-- In the order in which they are planted.
local LISTS = { "list_readers", "list_runs", "list_statistics", "list_pools", "list_c_core", "list_c_engines",
   "list_c_binding" }

function mutants.words(text)
   local list = {}
   for word in (text or ""):gmatch("%S+") do
      list[#list + 1] = word
   end
   return list
end

--- All mutants.
function mutants.all()
   local all = {}
   for _, name in ipairs(LISTS) do
      local list = dofile(here .. name .. ".lua")
      table.move(list, 1, #list, #all + 1, all)
   end
   return all
end

--- The ctest tests that should notice, the golden test among them.
function mutants.tests(mutant)
   local list = mutants.words(mutant.tests)
   list[#list + 1] = mutant.golden and "e2e.golden" or nil
   return list
end

--- nil, or the content of the file below the folder source.
function mutants.content(source, path)
   local file <close> = io.open(source .. "/" .. path, "rb")
   return file and file:read("a")
end

--- How often text occurs in content.
function mutants.occurrences(content, text)
   local count, from = 0, 1
   while true do
      local first, last = content:find(text, from, true)
      if not first then
         return count
      end
      count, from = count + 1, last + 1
   end
end

--- The content with the fault in it; or nil, why it can't be planted.
function mutants.planted(mutant, content)
   if not content then
      return nil, mutant.file .. " does not exist"
   end
   local count = mutants.occurrences(content, mutant.before)
   if count ~= 1 then
      return nil, ("the text before occurs %d times in %s"):format(count, mutant.file)
   end
   local first, last = content:find(mutant.before, 1, true)
   return content:sub(1, first - 1) .. mutant.after .. content:sub(last + 1)
end

-- known: set of names.
local function unknown(text, known, what)
   for _, name in ipairs(mutants.words(text)) do
      if not known[name] then
         return ("there is no %s '%s'"):format(what, name)
      end
   end
end

--- What is wrong with one entry, or nil. known: { tests =, cases = } sets of the names that exist.
function mutants.complaint(mutant, source, known)
   if mutant.before == mutant.after then
      return "nothing is changed"
   elseif not mutant.tests and not mutant.golden then
      return "no test should notice"
   end
   local planted, reason = mutants.planted(mutant, mutants.content(source, mutant.file))
   return not planted and reason or unknown(mutant.tests, known.tests, "test")
      or unknown(mutant.golden, known.cases, "golden case")
end

--- "name: what is wrong" for every entry of the list that can't be used, or whose name is used twice.
function mutants.complaints(list, source, known)
   local complaints, seen = {}, {}
   for _, mutant in ipairs(list) do
      local complaint = seen[mutant.name] and "the name is used twice"
         or mutants.complaint(mutant, source, known)
      seen[mutant.name] = true
      complaints[#complaints + 1] = complaint and mutant.name .. ": " .. complaint or nil
   end
   return complaints
end

return mutants
