" Says that text of Copilot is about to be inserted.
" Only a file of this name may define the function anew while the old one is in use (E746).
let s:Original = funcref('copilot#TextQueuedForInsertion')

function! copilot#TextQueuedForInsertion() abort
  let text = s:Original()
  if !empty(text)
    call v:lua.require'vetline.signals'.expect('Copilot')
  endif
  return text
endfunction
