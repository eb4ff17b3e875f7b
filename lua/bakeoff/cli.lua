local cli = {}
function cli.main() return 0 end
return cli
