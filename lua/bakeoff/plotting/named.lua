--- Which of many lines have a name. A page has room for a dozen names; of lines that end near each other,
-- names would say the same many times.

local named = {}

local MOST = { column = 7, page = 10, slide = 8 }
-- Of the plot's sides: a line that ends nearer to another than this needs no name of its own.
local APART = 0.05
local MOST_POINTS = 14 -- on a page; points of more are too near each other for all names
local SPARE = 2 -- so many lines more still have names: "1 other" would tell less

-- How far a point is from the nearest of those that are chosen already.
local function distance(point, chosen)
   local least = math.huge
   for _, one in ipairs(chosen) do
      least = math.min(least, math.max(math.abs(point[1] - one[1]), math.abs(point[2] - one[2])))
   end
   return least
end

-- The line that is farthest from all chosen ones (of equal ones the first), and how far.
local function farthest(series, point_of, is_chosen, points)
   local best, most = nil, 0
   for _, one in ipairs(series) do
      local away = is_chosen[one] and 0 or distance(point_of(one), points)
      if away > most then
         best, most = one, away
      end
   end
   return best, most
end

-- The lowest and the highest.
local function extremes(series, point_of)
   local least, most = series[1], series[1]
   for _, one in ipairs(series) do
      least = point_of(one)[2] < point_of(least)[2] and one or least
      most = point_of(one)[2] > point_of(most)[2] and one or most
   end
   return least, most
end

-- Those with a name in any case, after these.
local function first_of(series, point_of, list)
   for _, one in ipairs { extremes(series, point_of) } do
      list[#list + 1] = one
   end
   for _, one in ipairs(series) do
      list[#list + 1] = one.is_reference and one or nil
   end
   return list
end

local function divided(series, is_chosen)
   local with, without = {}, {}
   for _, one in ipairs(series) do
      table.insert(is_chosen[one] and with or without, one)
   end
   return with, without
end

--- Divides lines into those with a name and the others, both in their order. point_of(series): { x, y },
-- where it ends, as shares of the plot. Named are the lowest, the highest, the reference (`is_reference`),
-- and those that end farthest from them. also: list of others that are (default: none).
function named.of(series, point_of, options, also)
   local most = MOST[options and options.size or "page"]
   if #series <= most + SPARE then
      return series, {}
   end
   local is_chosen, points = {}, {}
   local function choose(one)
      if not is_chosen[one] then
         is_chosen[one], points[#points + 1] = true, point_of(one)
      end
   end
   for _, one in ipairs(first_of(series, point_of, also or {})) do
      choose(one)
   end
   while #points < most do
      local one, away = farthest(series, point_of, is_chosen, points)
      if away < APART then
         break
      end
      choose(one)
   end
   return divided(series, is_chosen)
end

--- The same for points: the leftmost, too. x, y: axes; series: { points = { { x, y } … } }; the last counts.
function named.of_points(series, x, y, options)
   if #series <= (options.size == "column" and MOST_POINTS // 2 or MOST_POINTS) then
      return series, {}
   end
   local function point_of(one)
      local last = one.points[#one.points]
      return { x.at(last[1]), y.at(last[2]) }
   end
   local first = series[1]
   for _, one in ipairs(series) do
      first = point_of(one)[1] < point_of(first)[1] and one or first
   end
   return named.of(series, point_of, options, { first })
end

return named
