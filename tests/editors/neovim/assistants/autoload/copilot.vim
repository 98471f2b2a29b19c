" A stand-in for copilot.vim: shows v:lua.Suggested() to whoever accepts it.
function! copilot#TextQueuedForInsertion() abort
  try
    return remove(s:, 'suggestion_text')
  catch
    return ''
  endtry
endfunction

function! copilot#Accept(...) abort
  let text = v:lua.Suggested()
  if empty(text)
    return a:0 ? a:1 : "\t"
  endif
  let s:suggestion_text = text
  return "\<C-R>\<C-O>=copilot#TextQueuedForInsertion()\<CR>"
endfunction
