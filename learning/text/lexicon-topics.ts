/** Word lists of this project: grammar, people, topics and feelings, written by hand. */

/** Category → its words, separated by spaces. A word may stand in several. */
export const topic_words: Readonly<Record<string, string>> = {
  first_sg: "i i'm i've i'd i'll me my mine myself",
  first_pl: "we we're we've we'd we'll us our ours ourselves",
  second: "you you're you've you'd you'll your yours yourself yourselves ya",
  he: "he he's he'd he'll him his himself",
  she: "she she's she'd she'll her hers herself",
  they: "they they're they've they'd they'll them their theirs themselves",
  it: "it it's its itself",
  demonstratives: "this that's these those that here here's there there's",
  this_or_these: 'this these',
  what_which: "what what's whatever which",
  why: 'why because reason reasons cause',
  how: "how how's",
  who: "who who's whose whom",
  when: 'when while as once before after until then',
  where: "where where's",
  negation:
    "not no never none nothing nobody nowhere neither nor don't doesn't didn't isn't aren't wasn't weren't won't wouldn't can't couldn't shouldn't haven't hasn't hadn't ain't without cannot",
  superlatives:
    'best worst most least greatest biggest largest smallest coolest craziest dumbest smartest funniest saddest happiest strongest weakest fastest oldest youngest richest poorest hardest easiest cutest sweetest strangest weirdest simplest scariest finest ever',
  comparatives:
    'more less better worse bigger smaller than greater fewer older younger faster stronger higher lower harder easier',
  all: 'all every everyone everybody everything always entire whole completely totally absolutely any anyone anything anybody',
  hedge:
    'maybe perhaps might could possibly probably seems seem kinda sorta almost nearly somewhat apparently pretty basically may guess',
  intensifiers:
    'very really so too incredibly seriously literally actually extremely totally just even still truly super damn freaking',
  positive:
    'love beautiful amazing awesome wonderful great good happy joy hope inspiring inspirational incredible perfect brilliant sweet adorable cute hilarious funny fun smile smiling laugh laughing win wins won success best gorgeous touching heartwarming fantastic delightful brave courage hero heroes kind kindness proud celebrate peace dream dreams magic magical fabulous charming lovely stunning uplifting cool',
  negative:
    'hate bad terrible awful horrible worst sad tragic tragedy pain painful hurt hurts cry crying tears disturbing disgusting gross creepy evil cruel shame ashamed ugly scary terrifying horrifying shocking shock shocked outrage outrageous infuriating angry anger furious mad rage upset fear afraid scared depressing depressed miserable broken heartbreaking devastating devastated brutal sick nasty messed wrong worse fail fails failed failure lose lost losing stupid dumb idiot ridiculous absurd insane crazy',
  death:
    'dead death die dies died dying kill kills killed killing murder murdered suicide grave funeral cancer tumor terminal deadly fatal victim victims survive survived survivor survivors',
  violence:
    'war wars gun guns shot shoot shooting shooter bomb bombs weapon weapons attack attacked attacks fight fights fighting violence violent rape raped rapist abuse abused assault assaulted beat beaten hit punch stab knife soldier soldiers army military police cop cops prison jail arrested arrest torture terrorist terrorists terrorism bully bullied bullies bullying harass harassed harassment',
  body: 'body face eyes eye hair skin head hand hands legs breast breasts boobs butt mouth heart brain blood fat weight naked nude makeup tattoo vagina penis period belly feet stomach bodies bra muscles bones',
  sex: 'sex sexy sexual sexist sexism porn condom condoms virgin virginity orgasm sexually nude naked',
  women:
    "woman women girl girls female feminist feminism feminists lady ladies wife mother mom mom's moms daughter daughters sister sisters girlfriend bride princess princesses",
  men: 'man men boy boys male guy guys dude dudes husband father dad dads son sons brother brothers boyfriend gentleman',
  family:
    'mom moms mother mothers dad dads father fathers parent parents kid kids child children baby babies son sons daughter daughters family families brother sister grandma grandpa grandmother grandfather wife husband marriage married wedding toddler toddlers',
  kid: 'kid kids child children baby babies toddler toddlers teen teens teenager teenage boy girl student students school classroom teacher teachers year-old daughter son',
  age: 'old age aged young older younger elderly years',
  animal:
    'dog dogs cat cats puppy puppies kitten kittens animal animals elephant elephants bear bears whale whales shark sharks bird birds bee bees horse cow cows pig pigs chicken chickens lion lions tiger monkey monkeys fish dolphin dolphins penguin penguins wolf wolves turtle turtles',
  politics:
    'president obama congress senator senate republican republicans democrat democrats gop conservative conservatives liberal liberals vote votes voting voters election elections politician politicians government political politics campaign bill law laws court supreme constitution policy tea party governor mayor romney bush clinton hillary fox',
  money:
    'money dollar dollars rich poor poverty wage wages tax taxes bank banks wall street billion million billionaire billionaires millionaire economy economic pay paid paying cost costs cheap expensive price job jobs work worker workers ceo corporate corporation corporations company companies business income wealth debt minimum budget $ buy spend',
  science:
    'science scientist scientists scientific physics space nasa universe planet planets earth mars brain study research experiment climate evolution math astronaut astronomer astrophysicist technology robot robots engineer telescope dinosaur',
  environment:
    'climate warming environment environmental oil fracking energy solar pollution water ocean oceans plastic trash trees forest river drought weather planet recycle coal carbon fossil',
  food: "food eat eating eats meat sugar coffee drink milk beef burger mcdonald's pizza chicken vegetables fruit farm farmers farmer cook cooking dinner lunch breakfast restaurant chocolate soda hungry hunger diet meal organic monsanto gmo",
  health:
    "health healthy doctor doctors hospital disease sick illness mental depression anxiety autism vaccine vaccines medical medicine drug drugs patient patients surgery disorder alzheimer's hiv aids ebola diabetes therapy nurse insurance obamacare pregnant pregnancy abortion birth",
  race: 'black white racist racism race racial african african-american latino hispanic asian muslim muslims jewish jews immigrant immigrants immigration native indian mexican privilege color slavery slave segregation ferguson kkk',
  lgbt: 'gay lesbian transgender trans queer lgbt homosexual homophobic homophobia bisexual gender same-sex bigot bigots',
  religion:
    'god jesus christian christians church bible religion religious pope faith pray prayer atheist priest catholic muslim islam heaven hell pastor',
  famous:
    'star celebrity celebrities actor actress singer comedian famous jon stewart colbert oprah beyonce ellen john oliver louis jennifer george clooney neil degrasse tyson bill nye morgan freeman emma watson stephen hollywood rapper musician kanye taylor swift pixar disney macklemore legend robin williams leonardo dicaprio matt damon',
  media:
    'video videos clip film movie photo photos picture pictures image images photographer chart charts graph map infographic ad ads commercial song music cartoon comic animation animated documentary trailer story stories letter speech interview poem tweet show tv website footage gif',
  watch: 'watch watching see seeing look looks looking listen hear heard read click check find meet',
  share: 'share sharing pass tell send show viral internet facebook twitter youtube online',
  curiosity:
    "happened happens happen next until wait guess secret secrets surprise surprised surprising surprisingly turns reveals revealed reveal discovered discover truth real actually really hidden unexpected expect expected believe unbelievable shocking something thing things reason weird strange odd mysterious mystery know knew what's",
  imperatives:
    "imagine remember think stop let's let try don't take make give get keep listen watch look see meet ask tell forget consider",
  say: 'say says said saying tell tells told ask asks asked talk talks talking speak speaks explain explains explained calls called call admits claims answer question questions response responds',
  think:
    'think thinks thought know knows knew believe believes understand realize realized feel feels felt wonder learn learned remember forget idea mind imagine',
  motion:
    'go goes went gone going come comes came run runs walk walks walked stand stands stood turn turns turned leave left take takes took move moved drop drops jump dance dancing',
  cause:
    'make makes made change changes changed help helps helped save saves saved stop stops create created turn cause because so start started give gives gave',
  time: 'now today yesterday tomorrow year years day days week month minute minutes second seconds hour hours time moment night morning finally ago later soon old new first last',
  number:
    'one two three four five six seven eight nine ten hundred thousand million billion dozen half couple twice first second third',
  clock_units: 'minute minutes second seconds minute-long',
  quantifiers: 'some many few several lot lots much little bit most tons bunch',
  forms_of_be: 'is are was were be been being am',
  modal: 'will would should could can must might may shall need needs have has had gotta',
  prepositions: 'of in to for with on at from by about into through over against between under',
  articles: 'a an the',
  conjunctions: 'and but or so yet',
  but: 'but however though although instead except unless despite yet',
  swear: 'damn hell shit crap ass badass fuck f**k f*cking sucks bullshit wtf omg bitch effing freakin heck frickin',
  slang:
    'dude guy guys gonna wanna gotta kinda awesome totally epic yeah yep nope hey oh wow um uh ok okay yo whoa holy lol',
  place:
    'america american americans u.s us country countries world africa india china iran iraq syria israel europe canada england uk texas york city california japan russia germany mexico brazil town detroit chicago florida',
  person: 'someone somebody person people man woman stranger strangers human humans everyone folks friend friends',
  job: 'teacher doctor cop soldier nurse scientist lawyer artist photographer chef farmer firefighter waiter waitress driver student president reporter journalist anchor host veteran vet',
  good_act:
    'help helped helping saves saved rescue rescued donate charity volunteer kindness gift generous support protect heal hug hugs',
  perfect: 'perfectly exactly perfect nails nailed brilliantly beautifully hilariously',
  blow: 'mind-blowing blow blown mind minds jaw breathtaking goosebumps chills speechless tears cry bawling weep stopped heart melt melts',
  contrast_adj: 'tiny huge giant massive small big little enormous simple complicated',
  color: 'black white red blue green yellow pink purple brown',
  vague: 'thing things something stuff someone somewhere somehow way ways kind one ones',
  like: 'like similar same different difference',
  home: 'home house room bed door car bus train street store shop',
  arts: 'art artist artists dance dancer paint painting music song band sing sings singing rap poem poet poetry design',
  sport:
    'football nfl basketball nba soccer baseball sports athlete athletes olympics olympic game games team player players',
  technology: 'phone app google apple computer iphone internet facebook twitter video camera hacker technology',
};
