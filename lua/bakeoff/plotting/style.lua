--- One look per contender, everywhere: colour, marker and dash. Colour-blind-safe (Okabe and Ito,
-- "Color universal design", 2008); marker and dash tell contenders apart in grey print too.

local cell_type = require "bakeoff.model.cell"

local style = {}

-- marker: gnuplot's point type, dash its dash type (1 is solid, the others are in plots/style.gp).
local LOOKS = {
   sequential = { light = 0x8a8a8a, dark = 0xa8a8a8, marker = 9, dash = 1 },
   threads = { light = 0x0072b2, dark = 0x56b4e9, marker = 7, dash = 1 },
   processes = { light = 0xd55e00, dark = 0xf08040, marker = 5, dash = 4 },
   eventloop = { light = 0x009e73, dark = 0x2cc49a, marker = 13, dash = 1 },
   coroutines = { light = 0xcc79a7, dark = 0xe39ac4, marker = 11, dash = 2 },
   hybrid = { light = 0xe69f00, dark = 0xf2b632, marker = 15, dash = 5 },
   other = { light = 0x6b6b2f, dark = 0xc3c36a, marker = 3, dash = 1 },
}

local VARIANT_MARKERS = { [9] = 8, [7] = 6, [5] = 4, [13] = 12, [11] = 10, [15] = 14, [3] = 2 }
local VARIANT_DASHES = { 3, 2, 4 }

-- Mixes a colour with another, share from 0 (first) to 1.
local function mix(a, b, share)
   local result = 0
   for shift = 16, 0, -8 do
      local from, to = (a >> shift) & 0xff, (b >> shift) & 0xff
      result = result | math.floor(from + (to - from) * share + 0.5) << shift
   end
   return result
end

-- The n-th entry of one model: 0 is the plain one; variants are lighter (darker on dark), dashed, hollow.
local function variant(model, n)
   if n == 0 then
      return model
   end
   local share = math.min(0.2 + 0.2 * n, 0.6)
   local dash = VARIANT_DASHES[(n - 1) % #VARIANT_DASHES + 1]
   return {
      light = mix(model.light, 0xffffff, share), dark = mix(model.dark, 0x000000, share * 0.8),
      marker = VARIANT_MARKERS[model.marker], dash = dash == model.dash and 5 or dash,
   }
end

-- Of programs alone that nobody says a model of, colours tell who is who and nothing else: each has another,
-- whatever its label lets one guess.
local STRANGERS = { "threads", "processes", "eventloop", "coroutines", "hybrid", "sequential", "other" }

local function are_strangers(cells)
   for _, cell in ipairs(cells) do
      if cell.contender ~= "command" or cell.model then
         return false
      end
   end
   return true
end

local function looks_of_strangers(cells)
   local looks, count = {}, 0
   for _, cell in ipairs(cells) do
      if not looks[cell.label] then
         looks[cell.label] = variant(LOOKS[STRANGERS[count % #STRANGERS + 1]], count // #STRANGERS)
         count = count + 1
      end
   end
   return looks
end

--- label → { light, dark, marker, dash } for all of an experiment's labels, in plan order, so that a
-- contender keeps its look in every chart of a run. form: the manifest's.
function style.looks(cells, form)
   if form == "command" and are_strangers(cells) then
      return looks_of_strangers(cells)
   end
   local looks, used = {}, {}
   for _, native in ipairs { true, false } do
      for _, cell in ipairs(cells) do
         local is_native = cell_type.is_model(cell.contender)
         if is_native == native and not looks[cell.label] then
            local name = cell_type.model_of(cell)
            local n = used[name] or (native or name == "other") and 0 or 1
            looks[cell.label] = variant(LOOKS[name], n)
            used[name] = n + 1
         end
      end
   end
   return looks
end

--- Assignments of colours, one of each per thing of a list. look_of(thing): its look, or nil (black).
function style.colour_vars(list, look_of)
   local light, dark = {}, {}
   for index, one in ipairs(list) do
      local look = look_of(one) or {}
      light[index], dark[index] = look.light or 0, look.dark or 0
   end
   return { { "light", light }, { "dark", dark } }
end

return style
