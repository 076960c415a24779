// Enhancement only: every page works without it. Countdown, elapsed time, SIM field check, amounts by pack, order polling.
(d=>{const q=(s,f)=>d.querySelectorAll(s).forEach(f),mm=s=>(s/60|0)+":"+String(s%60).padStart(2,"0"),t0=Date.now(),
put=(x,s)=>{x.textContent=x.textContent.replace(/\d+(:\d\d)+/,mm(s))},
tick=()=>{const e=(Date.now()-t0)/1e3|0;
q("[data-left]",x=>{const s=Math.max(0,x.dataset.left-e);put(x,s);
if(x.dataset.whole)q(".ring .v",v=>v.setAttribute("stroke-dasharray",s*100/x.dataset.whole+" 100"));
if(!s&&e>1&&x.dataset.whole)location.reload()});
q("[data-since]",x=>put(x,+x.dataset.since+e))};
if(d.querySelector("[data-left],[data-since]"))setInterval(tick,1e3);
const luhn=s=>[...s].reverse().reduce((a,c,i)=>a+(i%2?c*2-(c>4?9:0):+c),0)%10==0;
q("#sim",x=>x.addEventListener("input",()=>{const v=x.value.normalize("NFKC").replace(/[^0-9A-Z]/gi,"").toUpperCase(),f=x.closest(".field"),
ok=/^44[01]\d{12}$/.test(v)||/^8981\d{15}$/.test(v)&&luhn(v)||/^[A-Z]{2}\d{13}$/.test(v);
f.classList.toggle("ok",ok);f.classList.remove("bad");if(!ok)q("#sim-m",m=>m.textContent="")}));
const packs=d.getElementsByName("pack");packs.forEach((p,i)=>p.addEventListener("change",()=>q("[data-amt]",x=>x.textContent=x.dataset.amt.split(" ")[i])));
q("[data-poll]",x=>{let w=2e3;const ask=()=>fetch(x.dataset.poll).then(r=>r.json()).then(a=>a.state+"/"+a.refund==x.dataset.state?later():location.reload()).catch(later),
later=()=>{setTimeout(ask,w);w=Math.min(w*1.2,3e4)};later()});
q("#err",x=>x.focus())})(document)
