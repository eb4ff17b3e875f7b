--- Errors that are the user's to mend: raised as a table with a one-line message, so that the command
-- prints that line alone (no traceback) and chooses the exit code by its kind.

local failure = {}

local meta = { __tostring = function(self) return self.message end }

local EXIT_CODES = { usage = 2, trial = 1, interrupted = 130 }

local function raise(kind, message, ...)
   if select("#", ...) > 0 then
      message = message:format(...)
   end
   error(setmetatable({ kind = kind, message = message, exit_code = EXIT_CODES[kind] }, meta), 0)
end

--- Wrong use: one line that names the argument and the remedy. The command exits with 2.
function failure.usage(message, ...) raise("usage", message, ...) end

--- Something measured, checked or drawn went wrong. The command exits with 1.
function failure.trial(message, ...) raise("trial", message, ...) end

--- The user pressed Ctrl-C. The command exits with 130.
function failure.interrupted(message, ...) raise("interrupted", message, ...) end

--- Is this caught value one of ours?
function failure.is(value) return getmetatable(value) == meta end

return failure
