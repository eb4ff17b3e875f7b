--- Is the run to be continued still the same experiment? Measurements made under different conditions must
-- not be mixed.

local failure = require "bakeoff.base.failure"
local fields = require "bakeoff.experiment.fields"
local json = require "bakeoff.base.json"
local key = require "bakeoff.experiment.key"
local secrets = require "bakeoff.base.secrets"
local text = require "bakeoff.base.text"

local resume = {}

local function refuse(what, now, before)
   failure.usage("--resume: this run has %s %s, but the run in the folder has %s; repeat its options, or " ..
      "start anew without --resume", what, now, before)
end

local function check_options(now, before)
   now, before = secrets.fields(now or {}), before or {}
   local names = {}
   for _, options in ipairs { now, before } do
      for name in pairs(options) do
         names[name] = true
      end
   end
   for _, name in ipairs(text.sorted_keys(names)) do
      if now[name] ~= before[name] then
         refuse("--" .. name:gsub("_", "-"), text.of_value(now[name]), text.of_value(before[name]))
      end
   end
end

local function without(recorded, names)
   local copy = {}
   for name, value in pairs(recorded) do
      copy[name] = not names[name] and value or nil
   end
   return copy
end

-- A recorded value in words, without the parts that a run can't choose.
local function said(field, recorded)
   if field.varies and type(recorded) == "table" then
      recorded = without(recorded, field.varies)
   end
   return field.say and field.say(recorded) or text.of_value(recorded)
end

-- The value as it would be read back from a manifest.
local function read_back(recorded)
   if recorded == nil then
      return nil
   end
   return json.decode(json.encode(recorded))
end

local function check_field(field, experiment, manifest)
   local now, before = read_back(fields.record(field, experiment)), manifest[field.manifest]
   local what = field.called or (field.option and "--" .. field.name) or field.name
   if field.resume == "same" and said(field, now) ~= said(field, before) then
      refuse(what, said(field, now), said(field, before))
   elseif field.resume == "grows" and now < before then
      refuse(what, said(field, now), said(field, before))
   end
end

local MOST_NAMED = 3

-- Parts of which only digests are known.
local function refuse_changed(names)
   local more = #names - MOST_NAMED
   local list = table.concat(names, ", ", 1, math.min(#names, MOST_NAMED))
   failure.usage("--resume: changed since the run in the folder began: %s%s; undo the change, or start " ..
      "anew without --resume", list, more > 0 and (" and %d more"):format(more) or "")
end

local TEXTS = { versions = true, machine = true }

local function check_key(now, before)
   local changed = {}
   for _, difference in ipairs(key.differences(now, before)) do
      if TEXTS[difference.group] then
         refuse(difference.name, difference.a or "none", difference.b or "none")
      end
      changed[#changed + 1] = difference.name
   end
   if changed[1] then
      refuse_changed(changed)
   end
end

-- What can't be compared may have changed.
local function check_known(now)
   local one = (now.unknown or {})[1]
   if one then
      failure.usage("--resume: %s contains %s, which can't be compared with that of the run in the " ..
         "folder; let the function make it itself, or start anew without --resume", one.what, one.kind)
   end
end

--- experiment: the one to run; now: its key; manifest: the folder's. Raises a usage failure that names the
-- difference.
function resume.check(experiment, now, manifest)
   check_options(experiment.settings.options, manifest.options)
   for _, field in ipairs(fields.RECORDED) do
      check_field(field, experiment, manifest)
   end
   if type(manifest.key) ~= "table" then
      failure.usage("--resume: an earlier version of bakeoff made the run in the folder and recorded no " ..
         "digest of its code; start anew without --resume")
   end
   check_key(now, manifest.key)
   check_known(now)
end

return resume
