--- How many trials `bakeoff exec` runs: --repeats, --time, --min-runs, --max-runs as an experiment's fields.

local failure = require "bakeoff.base.failure"
local stats = require "bakeoff.stats"

local repeats = {}

-- Planned trials are kept in memory: so many of all commands, but at least so many of each.
local MOST_PLANNED, LEAST_PLANNED = 50000, 100

local function refuse_fixed(args)
   local number = math.type(args.repeats) == "integer" and args.repeats
   for option, value in pairs { ["--time"] = args.time or false, ["--min-runs"] = args.min_runs or false,
      ["--max-runs"] = args.max_runs or false } do
      if value and number then
         failure.usage("%s: has no effect with --repeats %d; leave one of them out", option, number)
      end
   end
   if args.time and args.repeats then
      failure.usage("--time: has no effect with --repeats auto; leave one of them out")
   end
end

local function check_order(args)
   if args.min_runs and args.max_runs and args.max_runs < args.min_runs then
      failure.usage("--max-runs: %d is less than --min-runs %d; swap them", args.max_runs, args.min_runs)
   elseif args.max_runs and not args.time and args.max_runs < stats.FEWEST then
      failure.usage("--max-runs: %d is too few: intervals, which decide when it is enough, need %d; write " ..
         "--repeats %d", args.max_runs, stats.FEWEST, args.max_runs)
   end
end

--- args: from exec_options.parse; entries: how many there are. → the fields repeats and auto
function repeats.of(args, entries)
   refuse_fixed(args)
   check_order(args)
   if args.time then
      local most = math.max(LEAST_PLANNED, MOST_PLANNED // entries, args.min_runs or 0)
      return "auto", { time = args.time, least = args.min_runs, most = args.max_runs or most }
   elseif args.min_runs or args.max_runs then
      local least = math.max(args.min_runs or 0, stats.FEWEST)
      return "auto", { least = least, most = args.max_runs or math.max(least, 50) }
   end
   return args.repeats, nil
end

return repeats
