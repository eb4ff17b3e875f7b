--- A value of a gate's condition with the range in which the data leave it: { value, low, high }. An exact
-- value has low = high = value; a median without an interval has an infinite range. Arithmetic takes the
-- widest range that both operands allow, so a condition that holds in the whole range is shown.

local range = {}

local INFINITE = math.huge

--- A value that is known exactly, such as a count of errors.
function range.exact(value) return { value = value, low = value, high = value } end

--- A value with its interval; low and high may be nil.
function range.new(value, low, high)
   return { value = value, low = low or -INFINITE, high = high or INFINITE }
end

--- Is there no bound on one of its sides?
function range.is_open(one) return one.low == -INFINITE or one.high == INFINITE end

function range.negative(one) return { value = -one.value, low = -one.high, high = -one.low } end

-- The range of op over all four corners. An infinite corner may have no value (0 × infinity): no bound.
local function of_corners(op, one, two)
   local low, high = INFINITE, -INFINITE
   for _, a in ipairs { one.low, one.high } do
      for _, b in ipairs { two.low, two.high } do
         local value = op(a, b)
         if value ~= value then
            return -INFINITE, INFINITE
         end
         low, high = math.min(low, value), math.max(high, value)
      end
   end
   return low, high
end

local OPERATIONS = {
   ["+"] = function(a, b) return a + b end,
   ["-"] = function(a, b) return a - b end,
   ["*"] = function(a, b) return a * b end,
   ["/"] = function(a, b) return a / b end,
}

--- op: one of + - * /. → the result; nil if it is no number (the divisor is zero).
function range.combine(op, one, two)
   local operation = OPERATIONS[op]
   local value = operation(one.value, two.value)
   if value ~= value or math.abs(value) == INFINITE then
      return nil
   elseif op == "/" and two.low <= 0 and two.high >= 0 then
      return range.new(value)
   end
   return range.new(value, of_corners(operation, one, two))
end

local function is_exactly(one, two)
   return one.low == one.high and two.low == two.high and one.low == two.low
end

-- operator → does it hold for the values? does it hold in the whole ranges?
local COMPARISONS = {
   ["<"] = { function(a, b) return a < b end, function(a, b) return a.high < b.low end },
   ["<="] = { function(a, b) return a <= b end, function(a, b) return a.high <= b.low end },
   [">"] = { function(a, b) return a > b end, function(a, b) return a.low > b.high end },
   [">="] = { function(a, b) return a >= b end, function(a, b) return a.low >= b.high end },
   ["=="] = { function(a, b) return a == b end, is_exactly },
   ["~="] = { function(a, b) return a ~= b end,
      function(a, b) return a.high < b.low or a.low > b.high end },
}

local OPPOSITE = { ["<"] = ">=", ["<="] = ">", [">"] = "<=", [">="] = "<", ["=="] = "~=", ["~="] = "==" }

--- Does the comparison hold for the values?
function range.holds(operator, one, two) return COMPARISONS[operator][1](one.value, two.value) end

--- What the ranges show of the comparison: "held" if it holds everywhere in them, "refuted" if it holds
-- nowhere, else "not_shown".
function range.decide(operator, one, two)
   if COMPARISONS[operator][2](one, two) then
      return "held"
   end
   return COMPARISONS[OPPOSITE[operator]][2](one, two) and "refuted" or "not_shown"
end

return range
