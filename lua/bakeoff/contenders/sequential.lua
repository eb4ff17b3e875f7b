--- One job after the other, on one thread: the reference of every comparison. See src/contender/sequential.c.

return require "bakeoff.contenders.native" "sequential"
