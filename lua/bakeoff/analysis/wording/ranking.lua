--- Which contender leads in a metric, and by how much: titles of speed, latency, footprint and memory, and
-- the report's first line. A leader is named only if verdicts show it; a tie is called a tie.

local cell_type = require "bakeoff.model.cell"
local failure_words = require "bakeoff.analysis.wording.failures"
local numbers = require "bakeoff.base.numbers"
local phrases = require "bakeoff.analysis.wording.phrases"
local verdict = require "bakeoff.model.verdict"

local ranking = {}

local UNDECIDED = "undecided between %s and %s: what they may have needed overlaps"
local ALL_UNDECIDED = "no order shown: what all %d %s may have needed overlaps (seen: %s)"
local MOST_NAMED, MOST_IN_FRONT = 3, 4 -- in a tie of all; in a tie at the head of many
local NEAR = 0.03 -- so far from the quotient of two figures, a ratio beside them would look wrong
local ABOUT = 0.75 -- of what a ratio is above 1: less is another statement

-- wins: of the leader; tie: of several, before others. behind, a_bit: of the last of the slower ones, by a
-- factor or by some percent;
-- figure: the figure is what is higher, so it is the subject, and its values are told. lead: begins sentences
-- that don't name the metric; bare: those that tell no figure either. none: if no cell has the figure.
local WORDS = {
   total_s = { kind = "time", tie = "tie for fastest",
      one = { wins = "%s is fastest", behind = "%s takes %s as long", a_bit = "%s takes %s longer" },
      many = { wins = "%s are fastest", behind = "%s take %s as long", a_bit = "%s take %s longer" },
   },
   latency_p99_s = { kind = "time", tie = "tie for the lowest p99", lead = "at p99, ", figure = "p99",
      none = "No latencies on record",
      one = { wins = "%s has the lowest p99 (%s)", behind = "%s is %s", a_bit = "%s is %s" },
      many = { wins = "%s have the lowest p99 (%s)", behind = "%s is %s", a_bit = "%s is %s" },
      factors = { "%s, %s as high", "%s, %s higher" },
   },
   footprint_peak_bytes = { kind = "size", tie = "tie for the least memory", bare = "in memory, ",
      one = { wins = "%s needs the least memory", behind = "%s needs %s as much",
         a_bit = "%s needs %s more" },
      many = { wins = "%s need the least memory", behind = "%s need %s as much", a_bit = "%s need %s more" },
   },
}

local function phrase(words, entry, which, ...)
   local subject, many = cell_type.subject(entry.cell)
   if words.figure and which ~= "wins" then
      subject = phrases.of_cell(words.figure, entry.cell)
   end
   return (many and words.many or words.one)[which]:format(subject, ...)
end

-- The leader and all those tied with it: their names, or how many of all they are, and then true.
local function names_of_tied(found)
   local all, tied = #found.entries, table.move(found.tied, 1, #found.tied, 2, { found.leader })
   local together = found.together and found.together(tied)
   if together or #tied <= (#tied == all and MOST_NAMED or MOST_IN_FRONT) then
      return together or numbers.list(phrases.names(tied)), false
   end
   local form = #tied < all and "%d of %d" or #found.left_out > 0 and "%d" or "all %d"
   return ("%s %s"):format(form:format(#tied, all), found.noun or "contenders"), true
end

-- They are also tied with each other. is_short: without the reason why no difference is shown.
local function tie_of_all(found, is_short)
   local who, is_count = names_of_tied(found)
   return is_count and not found.all_same
      and ("%s among %s%s"):format(phrases.NO_DIFFERENCE, who, is_short and "" or phrases.reason(found))
      or ("%s: %s"):format(who, phrases.tie(found, is_short))
end

--- "44.2 to 117 ms": the figures of the leader and those tied with it.
function ranking.front_range(found, kind)
   local least, most = found.leader.median, found.leader.median
   for _, entry in ipairs(found.tied) do
      least, most = math.min(least, entry.median), math.max(most, entry.median)
   end
   return numbers.range(least, most, kind)
end

-- " (44.2 ms to 117 ms)", perhaps with a reason; "" without both.
local function in_brackets(words, found, reason)
   local parts = { words.figure and ranking.front_range(found, words.kind) or nil }
   parts[#parts + 1] = reason
   return #parts > 0 and (" (%s)"):format(table.concat(parts, ", ")) or ""
end

-- Of others behind: "threads and event loop tie for fastest (within 3 %)".
local function tie_in_front(words, found)
   local who, is_count = names_of_tied(found)
   local reason = found.all_same and verdict.within(found.margin)
      or not is_count and phrases.reason(found) ~= "" and phrases.tie(found) or nil -- of many, rows say why
   return ("%s %s%s"):format(who, words.tie, in_brackets(words, found, reason))
end

local function wins_phrase(words, found)
   return phrase(words, found.leader, "wins", numbers.format(found.leader.median, words.kind))
end

-- Are those in front named as tied for the metric? Of very many it is no finding that they tie, but that
-- no difference between them is shown.
local function is_tie_in_front(found)
   local _, is_count = names_of_tied(found)
   return found.all_alike and #found.slower > 0 and (found.all_same or not is_count)
end

-- Not all the others are shown to be behind, so it isn't said that the leader is first.
local function is_alone_with_unplaced(found) return #found.tied == 0 and #found.between > 0 end

local function front_phrase(words, found)
   if is_alone_with_unplaced(found) then
      return words.figure and phrase(words, found.leader, "behind",
         numbers.format(found.leader.median, words.kind)) or nil
   elseif #found.tied > 0 and found.all_alike then
      return is_tie_in_front(found) and tie_in_front(words, found)
         or tie_of_all(found) .. in_brackets(words, found)
   elseif #found.tied > 0 then
      return ("%s, tied with %s"):format(wins_phrase(words, found),
         phrases.some_names(found.tied, MOST_NAMED))
   end
   return #found.slower > 0 and wins_phrase(words, found) or nil
end

-- "772 ms, 14 times as high". The verdict's ratio is the median of those within blocks. Where that isn't the
-- ratio of the two figures, only the figures are told.
local function with_figure(words, found, entry, size, is_factor)
   local value, quotient = numbers.format(entry.median, words.kind), entry.median / found.leader.median
   if math.abs(quotient / entry.comparison.ratio - 1) > NEAR then
      return value
   end
   return words.factors[is_factor and 1 or 2]:format(value, size)
end

-- Does a ratio to the leader also tell, about, how far those tied with it are away?
local function holds_for_tied(found, ratio)
   for _, tied in ipairs(found.tied) do
      local apart = (ratio * found.leader.median / tied.median - 1) / (ratio - 1)
      if apart < ABOUT or apart > 1 / ABOUT then
         return false
      end
   end
   return true
end

-- Where it isn't clear from the words before, the sentence says to whom the ratio is: of a tie of unlike
-- times, or if those words aren't said.
local function behind_phrase(words, found, entry)
   local ratio = entry.comparison.ratio
   local size, is_factor = phrases.distance(ratio)
   local said = phrase(words, entry, is_factor and "behind" or "a_bit",
      words.figure and with_figure(words, found, entry, size, is_factor) or size)
   local is_clear = not is_alone_with_unplaced(found)
      and (not found.all_alike or holds_for_tied(found, ratio))
   if words.figure or is_clear then
      return said
   end
   return ("%s %s %s"):format(said, is_factor and "as" or "than", (cell_type.subject(found.leader.cell)))
end

--- Does no other have a verdict against the leader? Why: the words, or nil. A ratio to zero doesn't exist,
-- and what is zero is never behind, so either all others lack the ratio or none.
function ranking.why_none(found)
   return #found.too_few == #found.entries - 1 and phrases.TOO_FEW
      or #found.no_ratio > 0 and phrases.NO_RATIO or nil
end

local function medians(words, found, why)
   local first, last = found.entries[1], found.entries[#found.entries]
   return ("%s: %s (%s) to %s (%s)"):format(why,
      numbers.format(first.median, words.kind), cell_type.name_of(first.cell),
      numbers.format(last.median, words.kind), cell_type.name_of(last.cell))
end

local function of_several(words, found)
   if not found.leader then
      return "no clear order: each contender is beaten by another"
   elseif ranking.why_none(found) then
      return medians(words, found, ranking.why_none(found))
   end
   local parts = { front_phrase(words, found) }
   if #found.slower > 0 then
      parts[#parts + 1] = behind_phrase(words, found, found.slower[#found.slower])
   end
   if #found.undecided > MOST_NAMED and #found.undecided == #found.entries - 1 then
      local first, last = found.entries[1], found.entries[#found.entries]
      parts[#parts + 1] = ALL_UNDECIDED:format(#found.entries, found.noun or "contenders",
         numbers.range(first.median, last.median, words.kind))
   elseif #found.undecided > 0 then
      parts[#parts + 1] = UNDECIDED:format(cell_type.name_of(found.leader.cell),
         phrases.some_names(found.undecided, MOST_NAMED))
   end
   if #found.between > 0 then
      parts[#parts + 1] = "no place shown for " .. phrases.some_names(found.between, MOST_NAMED)
   end
   if #found.too_few > 0 then
      parts[#parts + 1] = "too few repeats for " .. phrases.some_names(found.too_few, MOST_NAMED)
   end
   return table.concat(parts, "; ")
end

local function names_metric(found)
   return found.leader and (#found.tied == 0 or is_tie_in_front(found) or not found.all_alike)
end

local function sentence(words, found)
   local entries = found.entries
   if #entries == 1 then
      return (words.lead or "") .. ("%s: %s"):format(cell_type.name_of(entries[1].cell),
         numbers.format(entries[1].median, words.kind))
   end
   local why = ranking.why_none(found)
   local lead = (why or not names_metric(found)) and (words.lead or found.leader and not why and words.bare)
      or ""
   return lead .. of_several(words, found)
end

local REASONS = { open = "open loop", closed = "closed loop", rate = "another rate",
   workers = "other worker counts", no_figure = "no figure" }
local MOST_LEFT_OUT = 2

-- "; not ranked: threads at 200/s (open loop)"
local function left_out_text(list)
   local names, reasons = {}, {}
   for index, one in ipairs(list) do
      names[index] = one.name
      reasons[one.reason] = true
   end
   if #names == 0 then
      return ""
   end
   local reason = next(reasons)
   local why = next(reasons, reason) == nil and (" (%s%s)"):format(REASONS[reason],
      #names > 1 and reason:find("^[oc]") and "s" or "") or ""
   return ("; not ranked: %s%s"):format(#names <= MOST_LEFT_OUT and numbers.list(names)
      or numbers.plural(#names, "contender"), why)
end

-- The errors of those in front.
local function errors_text(found)
   local front = table.move(found.tied, 1, #found.tied, 2, { found.leader or found.entries[1] })
   return phrases.but_errors(front)
end

--- Who is in front, in a few words: "event loop", "threads and event loop: no difference shown". nil if no
-- verdict says so. found: from finding.ranking.
function ranking.front(found)
   if not found.leader or #found.undecided > 0 or #found.tied + #found.slower == 0 then
      return nil
   end
   local who = cell_type.name_of(found.leader.cell)
   if #found.tied > 0 then
      who = found.all_alike and tie_of_all(found, true)
         or ("%s, tied with %s"):format(who, phrases.some_names(found.tied, MOST_NAMED))
   end
   return who .. errors_text(found)
end

-- The failed jobs of the run, unless it is said whose they are.
local function failed_text(found)
   local is_said = errors_text(found) ~= "" or #found.failed > 0
   return not is_said and found.failed_jobs and failure_words.beside(found.failed_jobs, found.all_jobs) or ""
end

--- One sentence. found: from finding.ranking, perhaps with `noun`: what the cells are (default:
-- "contenders"), `together`: a function that has one name for several entries, or nil, and `failed_jobs`,
-- `all_jobs`: of the run; cells: all that were ranked.
function ranking.sentence(found, metric, cells)
   if #found.entries == 0 then
      return #found.failed == 0 and WORDS[metric].none or "No trial succeeded"
   end
   local words = sentence(WORDS[metric], found) .. errors_text(found)
   if #found.failed > 0 then
      words = ("%s; %s failed"):format(words, phrases.some_names(found.failed, MOST_NAMED))
   end
   return phrases.capital(words .. failed_text(found) .. left_out_text(found.left_out), cells)
end

return ranking
