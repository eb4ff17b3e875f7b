--- Runs a user's script file and explains its errors: file, line and the traceback of the script's own
-- frames. Usage failures (base/failure.lua) get only the script's position; other failures pass through
-- unchanged.

local core = require "bakeoff.core"
local failure = require "bakeoff.base.failure"
local shortage = require "bakeoff.base.shortage"
local text = require "bakeoff.base.text"

local script = {}

local HOUSE = debug.getinfo(1, "S").source:match("^@(.*/)script/[^/]*$")

local function is_house(source) return HOUSE ~= nil and source:sub(1, #HOUSE + 1) == "@" .. HOUSE end

-- The innermost frame of the user's own code, from a level on; nil without one.
local function own_frame(level)
   for depth = level, math.huge do
      local frame = debug.getinfo(depth, "Sl")
      if not frame or frame.what ~= "C" and frame.currentline > 0 and not is_house(frame.source) then
         return frame
      end
   end
end

-- The line of the innermost frame of a file; nil if none of its functions runs.
local function line_in(path)
   for depth = 3, math.huge do
      local frame = debug.getinfo(depth, "Sl")
      if not frame or frame.source == "@" .. path then
         return frame and frame.currentline
      end
   end
end

-- "tickets.lua:12: ", the position of the script's innermost frame, or "".
local function place_of(level)
   local frame = own_frame(level + 1)
   return frame and ("%s:%d: "):format(frame.short_src, frame.currentline) or ""
end

--- The line of the user's code that called, through any functions of bakeoff; nil if there is none.
function script.calling_line()
   local frame = own_frame(2)
   return frame and frame.currentline
end

-- The frames below the script's main chunk belong to the command; they mean nothing to the user. Of a very
-- deep stack, Lua leaves out the middle, in which the main chunk then is.
local function trimmed(traceback)
   local kept = {}
   for line in traceback:gmatch("[^\n]+") do
      kept[#kept + 1] = line
      if line:match("in main chunk$") or line:match("^\t%.%.%.\t%(skipping %d+ levels%)$") then
         break
      end
   end
   return table.concat(kept, "\n")
end

-- If the innermost Lua function is bakeoff's and the message has no position, or one outside of bakeoff, the
-- message was written for the user: one line with the script's position is enough.
local function is_meant_for_user(message)
   local frame, place = debug.getinfo(4, "S"), message:match("^([^\n]-):%d+: ")
   return frame and is_house(frame.source) and place ~= frame.short_src
end

-- Is the mistake in the command line, and not in the script that reads it?
local function is_of_command_line(message)
   return message:match("^%-%-") or message:match("^unknown option ")
end

local function explain(problem)
   if failure.is(problem) and problem.kind == "usage" and not is_of_command_line(problem.message) then
      return { line = place_of(3) .. problem.message }
   elseif type(problem) == "table" and getmetatable(problem) then
      return problem
   end
   local message = type(problem) == "string" and problem
   if not message then
      return { line = ('%sthe script raised %s instead of a message; write error("what went wrong")')
         :format(place_of(3), text.kind(problem)) }
   end
   local short = shortage.message(message)
   if short then
      return { line = place_of(3) .. short }
   end
   local place = message:match("^[^\n]-:%d+: ") and "" or place_of(3)
   if is_meant_for_user(message) then
      return { line = place .. message }
   end
   return { line = trimmed(debug.traceback(place .. message, 2)) }
end

-- Some editors put this mark before UTF-8. Lua's own loader of files skips it, too.
local BYTE_ORDER_MARK = "^\u{feff}"

--- The text of the script's file, without a byte order mark. Raises (usage) if it can't be read.
function script.read(path)
   local file <close>, message = io.open(path, "rb")
   if not file then
      failure.usage("cannot read the script '%s': %s", path, (message:gsub("^.*: ", "")))
   end
   local source, why = file:read("a")
   if not source then
      failure.usage("cannot read the script '%s': %s", path, (why:gsub("^.*: ", "")))
   end
   return (source:gsub(BYTE_ORDER_MARK, ""))
end

local function load_file(path)
   local chunk, fault = load(script.read(path):gsub("^#[^\n]*", ""), "@" .. path, "t")
   if not chunk then
      failure.usage("%s", fault)
   end
   return chunk
end

local function extend_package_path(path)
   local folder = path:match("^(.*/)") or "./"
   package.path = ("%s?.lua;%s?/init.lua;%s"):format(folder, folder, package.path)
end

--- Runs a chunk of the script at `path` with the global `arg` set ([0] = path) and the script's folder first
-- in package.path, so that it can require its neighbours. → true; or false and either the failure or other
-- error object that the script raised, or { line = "FILE:LINE: message", with the script's traceback }, and
-- the line of the script that ran.
function script.call(chunk, path, argv)
   local line = table.move(argv, 1, #argv, 1, {})
   line[0] = path
   rawset(_G, "arg", line)
   extend_package_path(path)
   local host <close> = core.locale "host" -- luacheck: ignore host
   local failed_at
   local function handle(problem)
      failed_at = line_in(path)
      return explain(problem) -- a tail call: explain counts the frames above it
   end
   local ok, problem = xpcall(chunk, handle, table.unpack(line))
   return ok, problem, failed_at
end

--- Runs the Lua file at `path` (see call). Raises a usage failure for an unreadable file, a syntax error, or
-- an error in the script (with traceback); raises other failures unchanged.
function script.run(path, argv)
   local ok, problem = script.call(load_file(path), path, argv)
   if ok then
      return
   elseif getmetatable(problem) then
      error(problem, 0)
   end
   failure.usage("%s", problem.line)
end

return script
