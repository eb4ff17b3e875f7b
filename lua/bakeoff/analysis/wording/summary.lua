--- The words around the table of the terminal's summary: its first line, its legend, and how far the numbers
-- can be trusted.

local numbers = require "bakeoff.base.numbers"
local noise = require "bakeoff.probe.noise"
local page_words = require "bakeoff.analysis.wording.page"
local phrases = require "bakeoff.analysis.wording.phrases"
local stats = require "bakeoff.stats"

local summary = { MARK = "●" }

--- "tickets · fetch and process 100 URLs · 30 ± 10 ms latency · 10 repeats"
function summary.head(results)
   local manifest, parts = results.manifest, {}
   local repeats = manifest.repeats and numbers.plural(manifest.repeats, "repeat")
   for _, part in ipairs { manifest.experiment or "experiment", manifest.job or "", manifest.conditions or "",
      manifest.auto and "automatic repeats" or repeats or "" } do
      parts[#parts + 1] = part ~= "" and part or nil
   end
   return table.concat(parts, " · ")
end

--- A sentence about cells at one worker count: "… (16 workers; sequential: 1)"; count: nil if it is clear.
function summary.at_count(sentence, count, cells)
   local words = count and page_words.workers(cells, count)
   return words and ("%s (%s)"):format(sentence, (words:gsub(" %((.*)%)$", "; %1"))) or sentence
end

local MOST_COUNTS = 6 -- are listed

-- "1, 4, 16 workers", of cells that the summary leaves out; "1 to 100 workers" if there are many.
local function counts_text(cells)
   local counts, seen = {}, {}
   for _, cell in ipairs(cells) do
      if not seen[cell.workers] then
         seen[cell.workers], counts[#counts + 1] = true, cell.workers
      end
   end
   table.sort(counts)
   if #counts > MOST_COUNTS then
      return ("%d to %d workers"):format(counts[1], counts[#counts])
   end
   local list = {}
   for index, count in ipairs(counts) do
      list[index] = ("%d"):format(count)
   end
   return table.concat(list, ", ") .. (#list == 1 and list[1] == "1" and " worker" or " workers")
end

--- "threads ●": the name of a contender that is tied with others in front.
function summary.marked(name) return name .. " " .. summary.MARK end

--- "● no difference shown · 12 more cells (1, 4, 16 workers): --all"; nil if there is nothing to say.
-- has_mark: does a row have the mark; found: from analysis/best.lua; left_out: the cells without a row.
function summary.legend(has_mark, found, left_out)
   local parts = { has_mark and ("%s %s"):format(summary.MARK, phrases.tie(found)) or nil }
   if #left_out > 0 then
      parts[#parts + 1] = ("%s (%s): --all"):format(numbers.plural(#left_out, "more cell"),
         counts_text(left_out))
   end
   return parts[1] and table.concat(parts, " · ") or nil
end

local function share_text(found, share, who)
   return share and share.max > found and ("%s up to %s"):format(who, numbers.percent(share.max, 2)) or nil
end

-- "34 of 170 trials were disturbed (hypervisor up to 37 %)"
local function disturbed(found)
   if found.recorded == 0 then
      return "Whether other programs disturbed the trials is not on record"
   elseif found.noisy == 0 then
      return "No trial was disturbed"
   end
   local causes = { share_text(noise.RULE.others_share, found.others_share, "other programs") }
   causes[#causes + 1] = share_text(noise.RULE.steal_share, found.steal_share, "hypervisor")
   local why = #causes > 0 and (" (%s)"):format(table.concat(causes, ", ")) or ""
   return ("%d of %s %s disturbed%s"):format(found.noisy, numbers.plural(found.recorded, "trial"),
      found.noisy == 1 and "was" or "were", why)
end

-- Without the disturbed trials, does a verdict become another one, or are more than half of them lost?
local function is_doubtful(trust)
   local differing, lost = 0, 0
   for _, one in ipairs(trust and trust.changed or {}) do
      if one.to == "too_few_repeats" then
         lost = lost + 1
      else
         differing = differing + 1
      end
   end
   return differing > 0 or lost > 0 and lost > trust.verdicts / 2
end

-- "low", and why, if that isn't told elsewhere; the tone
local function level_of(found)
   if found.repeats == 0 then
      return "low", "no trial succeeded", "worse"
   elseif found.repeats < stats.FEWEST then
      return "low", ((found.failed or 0) > 0 and "verdicts need %d repeats without a failure"
         or "verdicts need %d repeats"):format(stats.FEWEST), "worse"
   elseif is_doubtful(found.trust) then
      return "low", nil, "worse"
   elseif found.noise.noisy > 0 or found.noise.recorded == 0 or found.warnings > 0 then
      return "fair", nil, "middling"
   end
   return "good", nil, "better"
end

--- How far the numbers can be trusted: { level = "good", "fair" or "low", why = words or nil, said = {
-- sentences without full stops }, warnings = "2 warnings" or nil, tone = "better", "middling" or "worse" }.
-- found: { noise = from report/noise.lua, trust = from results:trust or nil, warnings = how many, repeats =
-- good trials of the cell that has the fewest of them, but one at least; failed = how many trials did (nil:
-- none) }.
function summary.trust_parts(found)
   local level, why, tone = level_of(found)
   local said = { disturbed(found.noise) }
   said[#said + 1] = found.trust and (found.trust.text:gsub("%.$", "")) or nil
   return { level = level, why = why, said = said, tone = tone,
      warnings = found.warnings > 0 and numbers.plural(found.warnings, "warning") or nil }
end

--- The same in a few sentences; and the tone.
function summary.trust(found)
   local trust = summary.trust_parts(found)
   local parts = { trust.why and ("%s, since %s"):format(trust.level, trust.why) or trust.level }
   table.move(trust.said, 1, #trust.said, 2, parts)
   parts[#parts + 1] = trust.warnings and trust.warnings .. ": --notes" or nil
   return table.concat(parts, ". ") .. ".", trust.tone
end

return summary
