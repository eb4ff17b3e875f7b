--- The marks in the lanes of a timeline: rectangles of waiting and of work, hairlines of queueing. If jobs
-- are too short or too many to be drawn one by one, a lane is cut into equal pieces, and the height of a
-- rectangle shows its share of the piece.

local lanes = require "bakeoff.runs.lanes"
local segments = require "bakeoff.runs.segments"

local marks = {}

local MOST = 5000 -- rectangles that are drawn one by one
local FEWEST_PIECES, MOST_PIECES = 60, 500
local STEPS = 8 -- different heights of pieces

local function parts_of(panel, lane)
   local list = {}
   for _, job in ipairs(lane.jobs) do
      for _, part in ipairs(segments.of_job(job, panel.form)) do
         list[#list + 1] = part
      end
   end
   for _, run in ipairs(lane.runs or {}) do
      list[#list + 1] = { from = run.from, to = run.to, is_work = true, share = panel.pool_share }
   end
   return list
end

-- Removes or cuts what lies beyond the ends of the axis.
local function clip(part, first, last)
   local from, to = math.max(part.from, first), math.min(part.to, last)
   return to > from and from or nil, to
end

local function add(out, from, to, lane, share)
   local half = lane.half * share
   out[#out + 1] = { from, to, lane.at, lane.at - half, lane.at + half, lane.panel }
end

local function draw_each(out, parts, lane, first, last)
   for _, part in ipairs(parts) do
      local from, to = clip(part, first, last)
      if from then
         add(out.light, from, to, lane, 1)
         if part.share > 0 then
            add(out.dark, from, to, lane, part.share)
         end
      end
   end
end

local function pile(pieces, from, to, width, amount)
   for index = from // width, math.min(to // width, #pieces) do
      local piece = pieces[index + 1]
      if piece then
         local covered = math.min(to, (index + 1) * width) - math.max(from, index * width)
         piece.busy = piece.busy + math.max(covered, 0)
         piece.work = piece.work + math.max(covered, 0) * amount
      end
   end
end

local function step(share) return math.floor(math.min(share, 1) * STEPS + 0.5) / STEPS end

-- Neighbours of equal height become one rectangle.
local function draw_pieces(out, pieces, lane, first, width)
   for _, kind in ipairs { "busy", "work" } do
      local list, start = kind == "busy" and out.light or out.dark, 1
      for index = 1, #pieces do
         local share, later = step(pieces[index][kind] / width), pieces[index + 1]
         if not later or step(later[kind] / width) ~= share then
            if share > 0 then
               add(list, first + (start - 1) * width, first + index * width, lane, share)
            end
            start = index + 1
         end
      end
   end
end

local function draw_dense(out, parts, lane, first, last, count)
   local width, pieces = (last - first) / count, {}
   for index = 1, count do
      pieces[index] = { busy = 0.0, work = 0.0 }
   end
   for _, part in ipairs(parts) do
      local from, to = clip(part, first, last)
      if from then
         pile(pieces, from - first, to - first, width, part.share)
      end
   end
   draw_pieces(out, pieces, lane, first, width)
end

local function draw_queue(out, lane, first, last, least)
   for _, wait in ipairs(lanes.queued(lane.lane)) do
      local from, to = clip(wait, first, last)
      if from and to - from > least then
         out.queue[#out.queue + 1] = { from, lane.at, to - from, lane.panel }
      end
   end
end

--- The rectangles for placed lanes ({ lane, panel (number), of (the panel), at (middle), half (height) }),
-- between two times: { light = { { from, to, at, top, bottom, panel } … }, dark,
-- queue = { { from, at, length, panel } }, is_dense }.
function marks.of(placed, first, last)
   local out, total, parts = { light = {}, dark = {}, queue = {} }, 0, {}
   for index, lane in ipairs(placed) do
      lane.lane.parts = lane.lane.parts or parts_of(lane.of, lane.lane) -- the same wherever it is placed
      parts[index] = lane.lane.parts
      total = total + #parts[index]
   end
   out.is_dense = total > MOST
   local count = math.max(FEWEST_PIECES, math.min(MOST_PIECES, MOST // math.max(#placed, 1)))
   for index, lane in ipairs(placed) do
      if out.is_dense then
         draw_dense(out, parts[index], lane, first, last, count)
      else
         draw_each(out, parts[index], lane, first, last)
      end
      draw_queue(out, lane, first, last, (last - first) / 400)
   end
   return out
end

return marks
