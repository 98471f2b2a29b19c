if vim.g.loaded_vetline then
  return
end
vim.g.loaded_vetline = true

if vim.fn.has('nvim-0.11') == 1 then
  vim.api.nvim_create_user_command('Vetline', function(command) require('vetline.commands').run(command.fargs) end, {
    nargs = '+',
    desc = 'Review, reject or explain accepted code; report on it; restart the server',
    complete = function(_, line) return require('vetline.commands').complete(line) end,
  })
end
