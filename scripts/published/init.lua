--- Compares a published comparison with a run of it: which systems ran, natively and as the real program,
-- their time and memory, what was published, and what agrees.
--
--    local sheet = published.new("B", results)                  -- published.md goes to results.dir
--    sheet:native("B2", results, "threads")                     -- a contender's label; several per system
--    sheet:real("B2", results, "ThreadPoolExecutor (Python)")
--    sheet:outcome { of = "C1", side = "real", says = "join blocks in start order",
--       agrees = true, found = "4 of 4 in start order" }        -- a finding of the script itself
--    sheet:claim { of = "C5", side = "native", says = "a boost", results = results, a = "hybrid",
--       b = "processes", holds = "< 1" }
--    sheet:remark "What the reader should know."
--    sheet:finish()                  -- decides all claims together, like those of a script; prints, writes

local bake = require "bakeoff"
local claims = require "published.claims"
local figures = require "published.figures"
local peers = require "peers"

local format = bake.format

local published = { ALIKE = figures.ALIKE }

local Sheet = {}
Sheet.__index = Sheet

local SIDES = { { "native", "native contender" }, { "real", "real program" } }

--- results: the (main) run, whose folder gets published.md; or the path of a folder.
function published.new(comparison, results)
   local figure = assert(figures[comparison], "published: the comparisons are A, B, C and D")
   local self = setmetatable({ figure = figure, outcomes = {}, asked = {}, remarks = {}, native_of = {},
      real_of = {} }, Sheet)
   self.results = type(results) == "table" and results or nil
   self.folder = self.results and results.dir or results
   return self
end

--- Contender entries for the Python programs with these names. Their labels end in "(Python)", which tells
-- them from native contenders.
function published.programs(names)
   local entries = {}
   for i, name in ipairs(names) do
      entries[i] = peers.get(name)
      entries[i].label = entries[i].label .. " (Python)"
   end
   return entries
end

-- --- what ran -------------------------------------------------------------------------------------

local function why_not(results, label)
   for _, one in ipairs(results.manifest.not_run or {}) do
      if one.label == label then
         return "not run: " .. one.reason .. (one.package and "; install " .. one.package or "")
      end
   end
   return "left out"
end

--- Compares a contender's time with another's, for outcomes. Returns the comparison (nil without a verdict)
-- and a text.
function published.versus(results, label, reference)
   local cell, other = results:cell(label), results:cell(reference)
   local found = cell and other and results:compare(cell, other, "total_s") or {}
   if not found.ratio then
      return nil, "not measured"
   end
   local few = found.verdict == "too_few_repeats"
   return not few and found or nil, ("time × %s that of %s%s"):format(format.number(found.ratio), other.name,
      few and ", too few repeats for a verdict" or "")
end

-- A contender of the run as one side of a system.
local function measured(results, label, note)
   local cell = results:cell(label)
   local side = { results = results, cell = cell, name = cell and cell.name or label, note = note }
   local summary = cell and results:summary_of(cell) or {}
   side.time, side.memory, side.startup = summary.total_s, summary.footprint_peak_bytes, summary.startup_s
   if not cell then
      side.missing = why_not(results, label)
   elseif not side.time then
      side.missing = "failed: " .. tostring(summary.reasons[1])
   end
   return side
end

local function add(list, id, results, label, note)
   list[id] = list[id] or {}
   table.insert(list[id], label and measured(results, label, note) or results)
end

--- A contender of `results` as the native form of a system; several per system are shown one below the
-- other, and claims are checked for the first. Instead of results and label, a script may pass its own table
-- { name, time, memory, startup (summaries of stats), note, missing }.
function Sheet:native(id, results, label, note) add(self.native_of, id, results, label, note) end

--- The same for the real program.
function Sheet:real(id, results, label, note) add(self.real_of, id, results, label, note) end

--- All contenders of one experiment: natives = { { id, label, note } … }; names of peers, whose first letters
-- are ids ("a5_uvloop" is an A5); and programs, their contenders in the same order.
function Sheet:both_sides(results, natives, names, programs)
   for _, native in ipairs(natives) do
      self:native(native[1], results, native[2], native[3])
   end
   for i, program in ipairs(programs) do
      self:real(names[i]:upper():sub(1, 2), results, program.label)
   end
end

--- A finding of the script: { of, side = "native" | "real", says, agrees = true | false | nil, found }.
function Sheet:outcome(one) table.insert(self.outcomes, one) end

--- A claim, decided by finish: { of, side, says, results, a = label of a contender, holds = what must be
-- true, such as "< 1", also = what else was found, or nil }, and either b = label of the contender by whose
-- time that of a is divided, or figure = name of a's figure. Contenders that didn't run leave it undecided.
function Sheet:claim(one)
   local outcome = { of = one.of, side = one.side, says = one.says, found = "not measured" }
   table.insert(self.outcomes, outcome)
   local condition = claims.condition(one)
   if condition then
      table.insert(self.asked, { outcome = outcome, results = one.results, says = one.says, also = one.also,
         conditions = condition })
   end
end

function Sheet:remark(text) table.insert(self.remarks, text) end

-- --- the tables -----------------------------------------------------------------------------------

local function name_text(side)
   if not side then
      return ""
   end
   return side.note and ("%s (%s)"):format(side.name, side.note) or side.name
end

local function time_text(side)
   if not side then
      return ""
   elseif side.missing then
      return side.missing
   end
   local text = format.interval(side.time, "time")
   local startup = side.startup and format.time(side.startup.median)
   return startup and ("%s; start-up %s"):format(text, startup) or text
end

local function memory_text(side)
   return side and not side.missing and side.memory and format.size(side.memory.median) or ""
end

-- The answers for a system's claims, such as "native: yes, real: partly".
local function agrees_text(self, id)
   local parts = {}
   for _, side in ipairs(SIDES) do
      local answer = claims.answer(self.outcomes, id, side[1])
      parts[#parts + 1] = answer and side[1] .. ": " .. answer
   end
   return #parts > 0 and table.concat(parts, ", ") or "–"
end

local COLUMNS = {
   { title = "system" }, { title = "native contender" }, { title = "median total [95 %]" },
   { title = "peak footprint", right = true }, { title = "real program" }, { title = "median total [95 %]" },
   { title = "peak footprint", right = true }, { title = "published" }, { title = "agrees?" },
}

local function rows_of_system(self, system, rows)
   local native, real = self.native_of[system.id] or {}, self.real_of[system.id] or {}
   for i = 1, math.max(#native, #real, 1) do
      local first = i == 1
      rows[#rows + 1] = {
         first and system.id or "", name_text(native[i]), time_text(native[i]), memory_text(native[i]),
         name_text(real[i]), time_text(real[i]), memory_text(real[i]),
         first and system.found or "", first and agrees_text(self, system.id) or "",
      }
   end
end

local RAN_COLUMNS = { { title = "system" }, { title = "construct" }, { title = "native" },
   { title = "real" } }

local function ran_text(sides)
   local parts = {}
   for _, side in ipairs(sides or {}) do
      parts[#parts + 1] = side.missing and ("%s: %s"):format(side.name, side.missing) or "ran: " .. side.name
   end
   return #parts > 0 and table.concat(parts, "; ") or "not run"
end

local function ran_rows(self)
   local rows = {}
   for i, system in ipairs(self.figure.systems) do
      rows[i] = { system.id, system.construct, ran_text(self.native_of[system.id]),
         ran_text(self.real_of[system.id]) }
   end
   return rows
end

local CLAIM_COLUMNS = { { title = "system" }, { title = "published" }, { title = "run as" },
   { title = "agrees?" }, { title = "found here" } }

local function claim_rows(self)
   local rows = {}
   for i, one in ipairs(self.outcomes) do
      rows[i] = { one.of, one.says, one.side, claims.word(one.agrees), one.found }
   end
   return rows
end

-- --- printing and writing -------------------------------------------------------------------------

local function add_all(lines, more)
   for _, line in ipairs(more) do
      lines[#lines + 1] = line
   end
end

local HOW_DECIDED = ("Quotients are medians of the quotients within blocks, with 95 %% intervals; what they "
   .. "decide is corrected for the number of claims. \"About\" allows a factor of %s either way. A claim "
   .. "agrees if it holds everywhere in its interval, and doesn't agree if it holds nowhere in it.")
   :format(figures.ALIKE)

local function sections(self)
   local preface = #self.figure.claims > 0 and { HOW_DECIDED, "" } or nil
   local rows = {}
   for _, system in ipairs(self.figure.systems) do
      rows_of_system(self, system, rows)
   end
   return {
      { "Beside what was published", COLUMNS, rows },
      { "What was claimed", CLAIM_COLUMNS, claim_rows(self), preface = preface },
      { "What ran", RAN_COLUMNS, ran_rows(self) },
   }
end

local function sentences(self)
   local list = {}
   for _, side in ipairs(SIDES) do
      list[#list + 1] = claims.sentence(self.outcomes, side[1], side[2], self.figure.short)
   end
   return list
end

local function markdown(self, parts)
   local escape = format.markdown
   local lines = { "# Published and measured", "", escape(self.figure.source) .. ".", "" }
   for _, sentence in ipairs(sentences(self)) do
      lines[#lines + 1] = "- " .. escape(sentence)
   end
   for _, part in ipairs(parts) do
      add_all(lines, { "", "## " .. part[1], "" })
      add_all(lines, part.preface or {})
      lines[#lines + 1] = format.table(part[2], part[3], { markdown = true })
   end
   if #self.remarks > 0 then
      add_all(lines, { "", "## What to know when comparing", "" })
   end
   for _, remark in ipairs(self.remarks) do
      lines[#lines + 1] = "- " .. escape(remark)
   end
   return table.concat(lines, "\n") .. "\n"
end

local function print_all(self, parts)
   print("\n" .. self.figure.source)
   for _, part in ipairs(parts) do
      print("\n" .. part[1])
      print(format.table(part[2], part[3]))
   end
   print()
   for _, sentence in ipairs(sentences(self)) do
      print(sentence)
   end
end

--- Decides the claims, prints the tables and writes published.md. Returns its path; raises an error if it
-- can't be written.
function Sheet:finish()
   local outcomes, asked = claims.of_figure(self.figure.claims,
      { native = self.native_of, real = self.real_of })
   add_all(self.outcomes, outcomes)
   add_all(asked, self.asked)
   claims.decide(asked)
   local parts = sections(self)
   print_all(self, parts)
   local path = self.folder .. "/published.md"
   assert(bake.files.write(path, markdown(self, parts)))
   print("wrote:\n  " .. path)
   return path
end

return published
