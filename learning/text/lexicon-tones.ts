/** Word lists of this project: tones, dramatic roles, names and settings, written by hand. */

/** Category → its words, separated by spaces. A word may stand in several. */
export const tone_words: Readonly<Record<string, string>> = {
  reveal_noun:
    'fact facts truth reason reasons secret lesson lessons answer answers evidence proof explanation statistics numbers data results myths myth clue sign signs history details',
  abstract_noun:
    'problem problems issue issues idea ideas culture society system rights freedom justice equality inequality democracy peace humanity movement policy status standards values progress future hope possibility perspective debate argument discussion awareness crisis cause community education religion solution solutions challenge opportunity attitude conversation reality inspiration happiness meaning success',
  preachy:
    'should need needs must important matters matter support stop end fight help change problem issue solution awareness campaign act action join stand sign petition protect demand deserve deserves rights equality justice future',
  gossip_drama:
    'caught exposed busted fired quit dumped slams slammed destroys destroy shut shuts calls confronted confronts burn burned owned schooled takedown rips epic responded response reply fires roasted smack smacks mocks mocked trolled',
  emotion_react:
    'cry crying tears laugh laughing chills goosebumps speechless stunned shocked floored jaw smile smiling sob sobbing bawling gasp cringe wince facepalm feels melt weep grin giggle scream screaming freak freaked',
  surprise_turn:
    'then until but suddenly when turns except instead actually wait twist unexpected surprise surprised surprising never twice nobody ends turned plot',
  mystery_ref: "this that these those something someone thing what why how here's there's it's",
  action_violent:
    'kill kills killed shoot shot beat beaten hit punch kick kicked smash slap attack destroy crush break breaks broke burn bomb fight fought',
  illness_specific:
    "cancer tumor aids hiv ebola autism autistic alzheimer's depression ptsd bipolar ocd anorexia bulimia disorder disabled disability wheelchair blind deaf syndrome cerebral palsy paralyzed",
  loss_grief: 'died death dying lost loss goodbye funeral memory remember miss grief last final gone passed mourning',
  love_rel:
    'love loves loved married marriage wedding husband wife girlfriend boyfriend couple couples kiss kissing hug date dating romance romantic relationship valentine bride proposal proposed breakup divorce',
  friend_social:
    'friend friends friendship neighbor neighbors crowd audience strangers stranger people everyone group community team',
  school_ed:
    'school schools class classroom student students teacher teachers college university professor graduate graduation education learn learned lesson exam homework kindergarten harvard principal bus',
  home_object:
    'door table bed chair box phone bag car bike clothes shoes shirt dress pants hat toy toys doll dolls paper book books sign signs letter letters note notebook camera mirror window cup bottle bucket',
  nature:
    'sea ocean river lake mountain mountains sky sun moon stars star tree trees flower flowers snow ice rain storm beach island desert forest wild nature earth sunrise water fire wind',
  travel_vehicle:
    'car cars bus train plane airplane ship boat bike bicycle truck subway flight airport road highway drive driving driver ride rides riding',
  dimension_big:
    'huge giant massive enormous biggest largest entire whole million millions billion thousands hundreds tons incredible unbelievable insane epic ultimate',
  dimension_small: 'tiny little small short bit simple quick single one just only barely few',
  clarity_simple: 'simple easy clear explained explains basically guide tips steps ways list quick 101',
  celebrity_names:
    'oprah beyonce ellen colbert stewart tyson degrasse nye freeman watson clooney swift pixar disney macklemore williams dicaprio damon lawrence winslet portman jolie pitt depp rihanna kanye kardashian bieber cyrus miley gaga perry pink adele eminem jay-z timberlake fallon kimmel conan letterman maher oliver louie silverman poehler fey schumer rowling shakespeare einstein mandela gandhi malala king sagan hawking snowden jobs gates buffett zuckerberg',
  politician_names:
    'obama romney clinton hillary bush biden reagan palin cruz ryan rubio warren sanders christie perry boehner mcconnell cheney trump nixon kennedy lincoln jefferson rumsfeld santorum bachmann',
  brand:
    "apple google facebook twitter walmart mcdonald's disney coke coca-cola nike monsanto bp exxon amazon starbucks barbie lego victoria's dove fox cnn nbc abc hbo netflix youtube ted tedx snl msnbc npr ikea costco chick-fil-a microsoft wikipedia samsung pepsi nestle verizon comcast",
  news_word:
    'news anchor reporter interview journalist media network host fox cnn headline headlines report coverage tv broadcast channel',
  protest:
    'protest protesters protesting activist activists rally march strike occupy revolution petition movement ban banned boycott',
  law_crime:
    'law laws illegal legal court judge jury trial lawyer crime criminal criminals police cop cops prison jail arrested arrest guilty innocent sentence sentenced stolen steal steals thief robbed victim',
  body_image:
    'weight fat skinny thin thigh thighs body bodies beauty beautiful model models photoshop photoshopped makeup bikini magazine plus-size curves ugly pretty attractive appearance hair wrinkles shaming',
  gender_words:
    'gender sexism sexist feminist feminism misogyny misogynist masculinity masculine feminine patriarchy stereotypes stereotype transgender equality objectify objectification catcall catcalling harassment',
  creative_work:
    'poem song rap video film movie ad commercial parody cartoon comic painting photo photos photographs portrait portraits mural sculpture dance performance musical play sketch skit animation documentary trailer music lyrics cover remix',
  humor:
    'funny hilarious hilariously joke jokes comedian comedy laugh laughing laughed humor witty parody satire sarcastic silly goofy prank sketch ridiculous absurd snl funniest lol mock mocks',
  nsfw: 'nsfw warning graphic trigger sex naked f-word language swearing uncensored explicit spoiler alert content',
  honest:
    'honest honestly brutally truth true truly real frank candid confession confess admits admitted blunt straight serious seriously raw',
  smart:
    'smart genius brilliant clever wise wisdom intelligent educated expert experts professor nerd geek thoughtful insight',
  hero_arc:
    'brave bravery courage courageous hero heroes heroic strong strength overcame survived fought refused dared risked stood standing inspire inspired inspiring inspires triumph fearless determined dream dreams never',
  underdog:
    'homeless poor orphan refugee refugees immigrant disabled bullied outcast nobody struggling struggle broke unemployed hungry starving minimum',
  authority:
    'president senator governor boss ceo teacher cop judge doctor pope king queen prince officer leader leaders principal general',
  elderly_age:
    'old elderly grandma grandpa grandmother grandfather 70 80 90 100 senior seniors year-old aging retirement',
  teen_young:
    'teen teens teenager teenage teenagers 12 13 14 15 16 17 18 young youth boy girl 11-year-old 12-year-old 13-year-old 14-year-old 15-year-old 16-year-old 17-year-old 18-year-old',
  small_child:
    'baby babies toddler toddlers 3 4 5 6 7 8 9 10 4-year-old 5-year-old 6-year-old 7-year-old 8-year-old 9-year-old 10-year-old infant newborn kindergarten kid little',
  time_short: 'seconds second minutes minute moment instant instantly quick quickly fast 30 60 90 suddenly immediately',
  time_long: 'years year decades decade century forever lifetime generations ages centuries history',
  tag_first_then: 'first then next before after last finally later',
  conditional: 'if unless whether would could might',
  if_word: 'if',
  you_future: "you'll you're you won't will can",
  i_know: 'know think thought guess wish hope bet want wanted feel felt',
  want_need: 'want wants wanted need needs needed wish wishes hope hopes desire',
  perception:
    'see saw seen look looks looked looking watch watched hear heard listen sound sounds notice noticed spot feel touch',
  speech_act:
    'says said told asks asked explains explained admits claims argues announces declares confesses responds replied shouts yells whispers screams',
  start_finish: 'start starts started begin begins beginning end ends ended ending finish finally stop stopped',
  give_take: 'give gives gave given take takes took taken bring brings brought get gets got getting',
  destroy_create:
    'make makes made build builds built create creates created invented invents design designed break destroy ruin',
  attempts: 'try tries tried trying attempt attempts',
  wrong_right: 'wrong right mistake mistakes fault blame guilty sorry apologize apology',
  problem_solve: 'solution solve solves solved fix fixes fixed answer idea plan invention invented trick hack',
  danger:
    'danger dangerous deadly toxic poison risk risky threat threats warning unsafe disaster crisis emergency nightmare killer',
  disgust: 'gross disgusting nasty sick poop pee vomit puke dirty filthy rotten blood guts slime',
  anger:
    'angry anger furious rage mad outrage outraged infuriating pissed hate hates hated jerk jerks idiot idiots asshole bigot bigots',
  fear: 'afraid fear scary scared scares terrifying terrified creepy horror nightmare haunting chilling frightening panic worry worried anxiety',
  sadness:
    'sad sadness heartbreaking heartbroken tragic depressing lonely alone cry tears hurt pain suffering miserable broken devastating wrenching',
  joy: 'happy happiness joy joyful smile smiling laugh fun delightful cheerful celebrate party adorable cute sweet',
  awe: 'amazing incredible stunning breathtaking mind-blowing wow spectacular extraordinary unbelievable magical awe wonder magnificent jaw-dropping gorgeous',
  calm: 'calm quiet peaceful gentle slow silence silent sleep relax safe warm',
  country_foreign:
    'africa african india indian china chinese iran iraq iraqi syria syrian afghanistan pakistan kenya uganda nigeria rwanda congo somalia ethiopia haiti mexico brazil egypt israel palestine russia russian japan japanese korea vietnam thailand cambodia bangladesh',
  country_west:
    'america american britain british england london canada canadian australia australian france french germany german sweden norway denmark iceland ireland scotland italy spain europe european netherlands',
  us_state:
    'texas california florida york arizona ohio michigan detroit chicago boston alabama mississippi georgia carolina virginia kansas missouri ferguson wisconsin minnesota oregon washington seattle colorado d.c utah tennessee oklahoma louisiana orleans alaska hawaii jersey brooklyn',
  org: 'nasa congress epa fda nra pentagon cia fbi nsa irs gop un u.n senate supreme unicef aclu military army navy',
  medical_body: 'brain heart blood skin cells dna gene genes lungs liver stomach bones vagina uterus penis breast',
  job_econ:
    'job jobs work worker workers wage wages boss employees employee hired fired pay paid salary raise union unions labor interns minimum paycheck',
  numbers_small: '1 2 3 4 5 6 7 8 9 10 one two three four five six seven eight nine ten',
  numbers_year:
    "1950 1960 1963 1964 1968 1970 1980 1990 2000 2008 2009 2010 2011 2012 2013 2014 2015 '50s '60s '70s '80s '90s 1950s 1960s 1970s 1980s",
  places_relative:
    'inside behind beyond above below under over around across through along toward between among outside',
  discourse: 'well so ok okay oh hey yes yeah no um uh please thanks sorry wow congrats dear hi hello',
  adverb_ly:
    'actually really totally seriously literally absolutely completely probably definitely basically finally apparently exactly simply clearly hopefully unfortunately surprisingly hilariously perfectly incredibly quickly suddenly eventually nearly barely',
  deictic_place: 'here there where everywhere somewhere nowhere anywhere inside outside home away',
  question_starts: 'who what when where why how which did do does is are can could would will have has',
  subject_person: "he she guy man woman girl boy dude lady kid mom dad teen he's she's they",
  subject_group:
    'they people americans women men kids parents scientists republicans democrats conservatives liberals christians muslims companies politicians cops teachers students',
  contractions:
    "it's that's he's she's what's there's here's who's let's don't can't won't isn't didn't doesn't i'm you're they're we're i've you've you'll",
  dream_job:
    'artist photographer designer musician singer rapper dancer actor actress comedian poet author writer filmmaker director chef architect',
};
