--- Claims in words: what was found, the verdict, how many of them hold.

local look = require "bakeoff.base.look"
local range = require "bakeoff.gate.range"
local words = require "bakeoff.gate.words"

local claim_text = {}

-- --- what was found -------------------------------------------------------------------------------

-- A side as factor × figure → factor, text of the figure; 1 and the whole text for other sides.
local function factored(node, whole)
   local factor, rest = 1, node
   while rest.op == "*" or rest.op == "/" do
      local number = rest.two.op == "number" and rest.two or rest.op == "*" and rest.one.op == "number"
         and rest.one
      if not number or number.value <= 0 then
         return 1, ("(%s)"):format(whole)
      end
      factor = rest.op == "*" and factor * number.value or factor / number.value
      rest = rest.two == number and rest.one or rest.two
   end
   if rest.text then
      return factor, rest.text
   end
   return 1, ("(%s)"):format(whole)
end

-- "footprint_peak(a) / footprint_peak(b) = 0.312 [0.305, 0.330]". Sides of the form factor × figure are shown
-- without their factors.
local function quotient_text(condition, compared)
   local factor_one, one = factored(condition.one, condition.one_text)
   local factor_two, two = factored(condition.two, condition.two_text)
   local scale, found = factor_two / factor_one, compared.range
   return ("%s / %s = %s"):format(one, two, words.range({ value = found.value * scale,
      low = found.low * scale, high = found.high * scale }, "number"))
end

local function side_text(side, one, kind) return ("%s = %s"):format(side, words.range(one, kind)) end

-- The range of one side, as the blocks compared it with the plain number on the other side: the quotient (or
-- difference) side / number, or number / side if the number stands first.
local function beside_number(compared, number, is_first)
   local op = compared.centre == 1 and "/" or "-"
   if is_first then
      return range.combine(op, range.exact(number), compared.range)
   end
   return range.combine(op == "/" and "*" or "+", compared.range, range.exact(number))
end

--- "total(threads) = 2.00 s [1.96, 2.04]", or the quotient or difference of two sides. found: from decide.at,
-- with no figure missing.
function claim_text.found(condition, found)
   local compared, kind, one, two = found.compared, condition.kind, condition.one, condition.two
   if two.op == "number" then
      return side_text(condition.one_text, compared and beside_number(compared, two.value) or found.one, kind)
   elseif one.op == "number" then
      return side_text(condition.two_text, compared and beside_number(compared, one.value, true) or found.two,
         kind)
   elseif compared and compared.centre == 1 then
      return quotient_text(condition, compared)
   elseif compared then
      return side_text(("%s - (%s)"):format(condition.one_text, condition.two_text), compared.range, kind)
   end
   return ("%s, %s"):format(side_text(condition.one_text, found.one, kind),
      side_text(condition.two_text, found.two, kind))
end

-- --- the outcome -------------------------------------------------------------------------------------

local WORDS = { held = "held", not_shown = "not shown", refuted = "refuted" }
local COLOURS = { held = "\27[32m", not_shown = "\27[33m", refuted = "\27[31m" }

--- "held", "not shown" or "refuted".
function claim_text.word(outcome) return WORDS[outcome.verdict] end

--- What was found, and why the claim is not shown.
function claim_text.detail(outcome)
   return (outcome.found or "") .. (outcome.reason and "; " .. outcome.reason or "")
end

--- "held: threads are faster (total(threads) / total(sequential) = 0.200 [0.195, 0.204])".
function claim_text.line(outcome)
   return ("%s: %s (%s)"):format(claim_text.word(outcome), outcome.says, claim_text.detail(outcome))
end

--- The same in lines for a terminal. how: see base/look.lua.
function claim_text.lines(outcome, how)
   local lines = look.lines(("%s (%s)"):format(outcome.says, claim_text.detail(outcome)),
      { width = how.width, colour = false }, claim_text.word(outcome) .. ": ")
   local word = claim_text.word(outcome)
   if how.colour then
      lines[1] = COLOURS[outcome.verdict] .. word .. "\27[0m" .. lines[1]:sub(#word + 1)
   end
   return lines
end

--- "3 claims: 2 held, 1 refuted"; nil without claims.
function claim_text.counts(outcomes)
   local parts = {}
   for _, verdict in ipairs { "held", "not_shown", "refuted" } do
      local count = 0
      for _, outcome in ipairs(outcomes) do
         count = count + (outcome.verdict == verdict and 1 or 0)
      end
      parts[#parts + 1] = count > 0 and ("%d %s"):format(count, WORDS[verdict]) or nil
   end
   return #outcomes > 0 and ("%d claim%s: %s"):format(#outcomes, #outcomes == 1 and "" or "s",
      table.concat(parts, ", ")) or nil
end

return claim_text
