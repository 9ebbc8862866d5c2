package action

import (
	"strings"

	"github.com/ccrkit/ccrkit/ccr"
)

// A Remedy is the part of a shop's work that mends a problem. It is an open
// vocabulary.
type Remedy string

// The remedies of the playbook.
const (
	RemedyQuality     Remedy = "quality"     // the goods: supplier, batch, storage, inspection
	RemedyDescription Remedy = "description" // what the page promises
	RemedyPackaging   Remedy = "packaging"   // picking and packing
	RemedyLogistics   Remedy = "logistics"   // warehouse and carrier
	RemedyService     Remedy = "service"     // who answers buyers, and what they may decide
	RemedyFollowUp    Remedy = "follow_up"   // asking and helping buyers after delivery
)

// A Play is what to do about a problem.
type Play struct {
	_ [0]func()

	Remedy  Remedy `json:"remedy"`
	Chinese Advice `json:"zh"`
	English Advice `json:"en"`
}

// Advice is the steps of a [Play] in one language, for people: the words may
// change in any release.
type Advice struct {
	Check  string `json:"check"`  // what to look at first
	Change string `json:"change"` // what to change when it is confirmed
	Tell   string `json:"tell"`   // what to tell buyers
	Verify string `json:"verify"` // how to see that it helped
}

// PlayFor returns what to do about a problem. For an aspect that is not among
// [ccr.Aspects] it is the play of its dimension, "goods", "service" or
// "logistics", and else that of [ccr.Overall].
func PlayFor(a ccr.Aspect) Play {
	play, ok := plays[a]
	if ok {
		return play
	}
	switch dimension, _, _ := strings.Cut(string(a), "."); dimension {
	case "goods":
		return plays[ccr.GoodsQuality]
	case "service":
		return plays[ccr.ServiceAfterSales]
	case "logistics":
		return plays[ccr.LogisticsSpeed]
	}
	return plays[ccr.Overall]
}

var plays = map[ccr.Aspect]Play{
	ccr.GoodsQuality: {
		Remedy: RemedyQuality,
		Chinese: Advice{
			Check:  "按批次和付款日期把订单分开，看问题是不是从某一批、某一天开始；取在库同批次十件，照买家说的用法试一遍，留下照片。",
			Change: "确认有问题的批次先停发、隔离，退供应商或返工；把没通过的那一项写进到货抽检单，下一批不合格就拒收。",
			Tell:   "主动联系收到同一批货的买家，不等他来投诉：说明是什么问题，由他选换新或退款，运费店铺出。不以改评价为条件。",
			Verify: "只看换批之后付款的订单：这个问题的占比应回到其他商品的水平，而且新旧两段的区间不重叠。",
		},
		English: Advice{
			Check:  "Split the orders by batch and day of payment: does it start with one batch or one day? Take ten pieces of that batch from stock, use them as the buyers say they did, and keep photographs.",
			Change: "Stop and set aside a batch that fails; return or rework it. Put the point that failed on the inspection sheet for deliveries and refuse the next batch that fails it.",
			Tell:   "Write to the buyers of that batch before they complain: what is wrong, a new piece or the money back as they choose, shipping paid. Never in exchange for a better review.",
			Verify: "Count only orders paid after the new batch: the share with this problem should be that of other products, and the intervals before and after should not overlap.",
		},
	},
	ccr.GoodsDescription: {
		Remedy: RemedyDescription,
		Chinese: Advice{
			Check:  "把买家原话逐句对照详情页、主图、短视频和直播话术，找出写了但货上没有的那一句、看着不一样的那一张图。",
			Change: "删掉或改准那句话、那张图：颜色用自然光实拍，参数写实测值和误差；赠品、配件、材质写清有和没有。",
			Tell:   "已付款未发货的，发货前说明差别，让买家自己决定要不要；已收货来问的，承认写得不准，按描述不符办退换。",
			Verify: "比较改页面前后付款的订单：描述不符的占比和以此为由的退货应一起下降；只降了差评没降退货，多半还没改对。",
		},
		English: Advice{
			Check:  "Hold the buyers' words against the page, the main pictures, the videos and what is said in live streams: find the sentence that the goods do not keep, the picture that looks different.",
			Change: "Correct that sentence and that picture: colours photographed in daylight, figures as measured and with their tolerance, and what is and is not included.",
			Tell:   "Before sending orders that are paid already, tell the buyer what differs and let him decide. To those who have it, admit the wording was wrong and take it back as not as described.",
			Verify: "Compare orders paid before and after the change of the page: complaints and returns for this reason should fall together. If only the reviews improve, the page is probably still wrong.",
		},
	},
	ccr.GoodsSize: {
		Remedy: RemedyDescription,
		Chinese: Advice{
			Check:  "按尺码分开看：是偏大还是偏小、集中在哪几个码；从库存抽几件平铺实量，和尺码表比。",
			Change: "实物和表不符就改表；版型确实偏的，在选码处直接写“偏小，建议拍大一码”，并给出身高体重对应的推荐码和试穿数据。",
			Tell:   "咨询尺码时问身高、体重和平时穿的码再推荐；不合身的给一次包运费的换码。",
			Verify: "看改表后付款订单里尺码问题和换码的占比，偏大和偏小分开看，防止矫枉过正。",
		},
		English: Advice{
			Check:  "Split by size: too large or too small, and in which sizes? Lay some pieces from stock flat, measure them, and compare with the size table.",
			Change: "Correct the table where it is wrong. Where the cut runs small, say so next to the choice of size, and give a recommended size by height and weight.",
			Tell:   "Ask for height, weight and usual size before recommending one. Offer one exchange of size with shipping paid.",
			Verify: "Watch complaints about size and exchanges among orders paid since, too large and too small apart, so as not to overshoot.",
		},
	},
	ccr.GoodsAppearance: {
		Remedy: RemedyDescription,
		Chinese: Advice{
			Check:  "分清是不好看，还是和图不一样：后者按描述不符处理。看问题集中在哪个颜色、哪一款。",
			Change: "给那个颜色、那一款补自然光下的实拍和细节图，放上真实尺寸的参照物；长期不受欢迎的款停掉。",
			Tell:   "在详情页写明颜色在不同屏幕、灯光下会有差别，并给出最接近的实拍；不喜欢的按无理由退货办，不争辩。",
			Verify: "看该颜色或款式改图后付款的订单，外观问题和无理由退货的占比是否下降。",
		},
		English: Advice{
			Check:  "Tell what is disliked from what looks unlike its picture; the latter is a matter of description. Which colour, which variant is it?",
			Change: "Add pictures in daylight, details, and something that shows the true size for that variant. Drop a variant that stays disliked.",
			Tell:   "Say on the page that colours differ between screens and lights and which picture is closest. Take back what is not liked, without arguing.",
			Verify: "Watch looks and returns without a reason among orders of that variant paid since the new pictures.",
		},
	},
	ccr.GoodsTaste: {
		Remedy: RemedyDescription,
		Chinese: Advice{
			Check:  "先分清是口味不合，还是变味：后者按新鲜度处理。看是不是同一批、同一口味，自己和同事各试吃一份。",
			Change: "口味写具体：甜度、辣度、软硬、咸淡，和常见的东西作比较；配方或产地变了要写出来，必要时退回原配方。",
			Tell:   "说明这一款适合谁、不适合谁；第一次买的推荐小份装。",
			Verify: "看改描述或换批之后付款的订单，口味问题占比；老买家的复购是否恢复。",
		},
		English: Advice{
			Check:  "Tell a taste that is not liked from one that has gone off; the latter is a matter of freshness. Is it one batch, one flavour? Taste it yourself with a colleague.",
			Change: "Describe it in particulars: how sweet, hot, soft, salty, like what. Say when the recipe or the origin has changed, and go back to the old one if need be.",
			Tell:   "Say whom this flavour suits and whom it does not; recommend the small pack to those who buy it for the first time.",
			Verify: "Watch taste among orders paid since the new text or batch, and whether earlier buyers come back.",
		},
	},
	ccr.GoodsFreshness: {
		Remedy: RemedyQuality,
		Chinese: Advice{
			Check:  "查这些订单的生产日期、出库日期和在途天数：是货本身放久了，还是路上太久、太热；看是否集中在某些地区、某个仓。",
			Change: "先进先出，给每个商品定最晚出库日；在途超过几天的地区换冷链、加冰或暂停销售；临期的单独标价说明。",
			Tell:   "到货前提醒当天签收、冷藏；坏了的凭照片直接赔，不要求寄回，也不要求买家证明不是自己放坏的。",
			Verify: "分地区看改动后付款订单的新鲜度问题；同时看在途天数有没有真的降下来。",
		},
		English: Advice{
			Check:  "Look up production day, day of dispatch and days on the way for these orders: was it old, or too long and too warm on the way? Is it certain regions, one warehouse?",
			Change: "First in, first out, with a last day of dispatch for each product. Cold chain, more ice or no sale where the way is too long. Sell what is near its date apart and say so.",
			Tell:   "Remind buyers before arrival to accept and cool it the same day. Pay for what is spoilt on a photograph, without asking for it back or for proof.",
			Verify: "Watch freshness by region among orders paid since, and whether the days on the way really fell.",
		},
	},
	ccr.GoodsSmell: {
		Remedy: RemedyQuality,
		Chinese: Advice{
			Check:  "拆几件同批次的库存闻一闻，放一天再闻：是材料味、包装闷味还是霉味；问供应商换没换胶、油墨或内袋。",
			Change: "材料味重的退供应商并要检测报告；闷味的先通风再包装，换透气内袋；霉味的查仓库湿度，整批隔离。",
			Tell:   "详情页和卡片写明新品散味要多久、怎么散；按说明做了还有味道的直接退。",
			Verify: "看换料或通风处理之后付款的订单，气味问题占比，按批次比较。",
		},
		English: Advice{
			Check:  "Open some pieces of the batch, smell them, and again a day later: material, stale packaging, or mould? Ask the supplier about new glue, ink or bags.",
			Change: "Return what smells of its material and ask for a test report; air what is stale before packing and use bags that breathe; for mould, check the damp of the store and set the batch aside.",
			Tell:   "Say on the page and a card how long a new piece should be aired and how. Take it back if it still smells then.",
			Verify: "Watch smell among orders paid since the material or the airing changed, batch by batch.",
		},
	},
	ccr.GoodsEffect: {
		Remedy: RemedyFollowUp,
		Chinese: Advice{
			Check:  "看买家用了多久、怎么用的、期待什么：是用法不对、期待过高，还是真的没用；对照页面上的功效说法。",
			Change: "夸大的说法删掉，写清多久见效、对谁不适用；把最容易用错的一步做成一张图，放进包裹和详情页第一屏。",
			Tell:   "签收后第三天发使用要点，问有没有困难；按说明用了仍无效的，痛快退款。",
			Verify: "比较收到使用提醒前后的订单：效果问题占比，以及咨询用法的人数。",
		},
		English: Advice{
			Check:  "How long and how did they use it, and what did they expect? Was it used wrongly, expected too much of, or does it really not work? Compare with what the page claims.",
			Change: "Take out claims that are too large; say when it works and for whom it does not. Make one picture of the step that most get wrong and put it in the parcel and at the top of the page.",
			Tell:   "On the third day after delivery send how to use it and ask about difficulties. Pay back readily where it was used as described and did not work.",
			Verify: "Compare orders before and after the reminder: complaints about effect, and questions about use.",
		},
	},
	ccr.GoodsAuthenticity: {
		Remedy: RemedyDescription,
		Chinese: Advice{
			Check:  "先查货源：进货凭证、授权、批号能不能对上；再看买家凭什么怀疑，是包装换版、防伪码查不到，还是价格太低。",
			Change: "对不上凭证的立即下架；对得上的，把授权、批号查询方法和新旧包装对比放上页面，防伪码出库前抽查能否验证。",
			Tell:   "给出查验方法和凭证，不与买家争论；仍不放心的支持退货，也支持送检。",
			Verify: "看公示之后付款的订单，真伪质疑的占比，以及因此的平台投诉。",
		},
		English: Advice{
			Check:  "The source first: do invoices, licence and batch numbers agree? Then why buyers doubt: a new package, a code that cannot be verified, a price too low?",
			Change: "Take down at once what has no papers. For the rest show the licence, how to check a number, and old and new package side by side; try some codes before dispatch.",
			Tell:   "Give the way to check and the papers, without arguing. Take it back from those who still doubt, and agree to a test.",
			Verify: "Watch doubts, and complaints to the platform for them, among orders paid since the papers are shown.",
		},
	},
	ccr.GoodsQuantity: {
		Remedy: RemedyPackaging,
		Chinese: Advice{
			Check:  "调出这些订单的出库称重和监控：是漏装、装错规格，还是页面的数量写得让人误会（净重、毛重、片数）。",
			Change: "出库加一道称重，重量不在范围内不放行；多件订单贴装箱清单并逐项打勾；页面写净重和件数，去掉容易误会的写法。",
			Tell:   "说少件的先补发再核查，不让买家自证；属于写法误会的，解释后给退货的选择。",
			Verify: "看加称重之后付款的订单，少件占比；补发次数应同步下降。",
		},
		English: Advice{
			Check:  "Pull the weights and the camera pictures of these parcels: was something left out, another pack size sent, or is the page misleading about net weight or pieces?",
			Change: "Weigh every parcel before it leaves and hold those out of range; a ticked packing list for orders of several items; net weight and number of pieces on the page.",
			Tell:   "Send what is missing first and look into it afterwards; do not ask the buyer for proof. Where the page misled, explain and offer to take it back.",
			Verify: "Watch missing pieces among orders paid since the weighing; parcels sent after should fall too.",
		},
	},
	ccr.GoodsWrongItem: {
		Remedy: RemedyPackaging,
		Chinese: Advice{
			Check:  "看总把谁和谁弄混：相邻货位、相近的编码、同款不同色；是某个班次还是新来的拣货员。",
			Change: "易混的分开货位、加色标；出库改为扫码核对，对不上不能打单；套装提前配好。",
			Tell:   "发错的先把对的寄出，错的那件给上门取回，买家不出运费、不等退回。",
			Verify: "看改扫码之后付款的订单，错发占比；按易混的那几组单独看。",
		},
		English: Advice{
			Check:  "Which items are taken for each other: neighbouring shelves, similar codes, colours of one model? Is it one shift, a new picker?",
			Change: "Move the items that are confused apart and mark them; scan at packing, with no label unless it agrees; make up sets in advance.",
			Tell:   "Send the right one first and have the wrong one fetched, at no cost and without waiting for it.",
			Verify: "Watch wrong items among orders paid since the scanning, and the confused pairs apart.",
		},
	},
	ccr.GoodsDamage: {
		Remedy: RemedyPackaging,
		Chinese: Advice{
			Check:  "把破损照片按位置归类：角、盖、底；看是否集中在某个快递、某条线路、某种箱子；自己从一米高跌落试几次。",
			Change: "在破的位置加衬垫或换箱型，液体加密封和外袋；某个快递明显偏高的，这类货换快递；改完再做一次跌落试验。",
			Tell:   "凭照片当天补发或退款，不要求先找快递；易碎品提醒当面验收。",
			Verify: "按快递和包装方式分开看改动后付款的订单，破损占比。",
		},
		English: Advice{
			Check:  "Sort the photographs by where it broke: corner, lid, bottom. Is it one carrier, one route, one kind of box? Drop a packed one from a metre yourself.",
			Change: "Pad that place or change the box, seal and bag liquids; another carrier for these goods where one is clearly worse. Then drop it again.",
			Tell:   "Replace or pay on a photograph the same day, without sending the buyer to the carrier. Ask for fragile goods to be opened at the door.",
			Verify: "Watch damage among orders paid since, by carrier and by kind of packing.",
		},
	},
	ccr.GoodsPackaging: {
		Remedy: RemedyPackaging,
		Chinese: Advice{
			Check:  "收几个自己发出的包裹看看：是太薄太破、太简陋不能送礼，还是过度包装难拆；和页面图对比。",
			Change: "箱子和填充按商品定标准并贴在打包台；当礼物卖的给礼盒选项，并写清默认是什么包装。",
			Tell:   "页面写明默认包装的样子；外箱坏了里面没事的，道歉并说明已换箱。",
			Verify: "看换包装之后付款的订单，包装问题占比，并看破损有没有跟着变。",
		},
		English: Advice{
			Check:  "Send yourself some parcels: too thin, too plain for a gift, or too much to open? Compare with the picture on the page.",
			Change: "One standard of box and filling for each product, shown at the packing table. Offer a gift box where it is sold as a gift and say what the default is.",
			Tell:   "Show the default packaging on the page. Where only the outer box suffered, say sorry and that the box has been changed.",
			Verify: "Watch packaging among orders paid since, and whether damage changed with it.",
		},
	},
	ccr.GoodsPrice: {
		Remedy: RemedyService,
		Chinese: Advice{
			Check:  "分清是刚买就降价，还是觉得不值：前者对照价格和优惠券的变动日期，后者多半另有质量或分量的问题。",
			Change: "大促前后定好保价期，系统能算的自动退差；同款不同渠道的价差写清原因；不值的先解决背后的问题。",
			Tell:   "主动告诉买家保价期多长、怎么申请；问到就退差价，不用反复举证。",
			Verify: "看调价日前后一周付款的订单，价格问题占比；退差价的申请应由客服投诉变成自助完成。",
		},
		English: Advice{
			Check:  "A price that fell just after buying, or not worth it? Compare the first with the dates of price and coupon changes; behind the second there is mostly quality or quantity.",
			Change: "Set a period of price protection around sales and refund the difference automatically; explain differences between channels. For poor value mend what is behind it.",
			Tell:   "Say how long the price is protected and how to ask. Refund the difference when asked, without repeated proof.",
			Verify: "Watch price among orders paid in the week before and after each change; refunds should move from complaints to self-service.",
		},
	},
	ccr.GoodsSafety: {
		Remedy: RemedyQuality,
		Chinese: Advice{
			Check:  "当天停售，保留样品和批号；问清买家是否受伤、用法和照片；查同批次有没有第二起。",
			Change: "送有资质的机构检测，结果出来前不复售；确认有危险的按规定召回并报告；过敏类补充成分和试用提示。",
			Tell:   "先问人有没有事，垫付就医，再谈货；通知同批次买家停止使用，给退款方式。",
			Verify: "这一类以零为目标：复售后付款的订单再出现一起就再停，不等占比变显著。",
		},
		English: Advice{
			Check:  "Stop selling the same day; keep samples and the batch number. Ask whether anybody is hurt, how it was used, for photographs. Is there a second case in the batch?",
			Change: "Have it tested by an accredited laboratory and do not sell it before; recall and report a real danger as the law requires. For allergies, add ingredients and how to try it first.",
			Tell:   "Ask after the person first, pay for the doctor, then speak of the goods. Tell the buyers of the batch to stop using it and how they get their money.",
			Verify: "The aim is none: one more case among orders paid since is reason to stop again; do not wait for a share to be significant.",
		},
	},
	ccr.GoodsLabel: {
		Remedy: RemedyPackaging,
		Chinese: Advice{
			Check:  "拿实物对照：生产日期、成分、说明书、合格证有没有、看不看得清、和页面是否一致。",
			Change: "缺的补、糊的重印，日期喷码改到显眼处；说明书附中文和图；不合规的批次先停发。",
			Tell:   "问到的发电子版说明书和该批次的日期照片；日期看不清的给退换。",
			Verify: "看换标签之后付款的订单，标签问题占比；问日期、问说明书的咨询应减少。",
		},
		English: Advice{
			Check:  "Look at a piece: are date, ingredients, manual and certificate there, readable, and as on the page?",
			Change: "Add what is missing, print again what is blurred, put the date where it is seen, a manual with pictures. Hold a batch that breaks the rules.",
			Tell:   "Send the manual as a file and a photograph of the batch's date to those who ask. Exchange where the date cannot be read.",
			Verify: "Watch labels among orders paid since; questions about dates and manuals should become fewer.",
		},
	},
	ccr.ServiceAttitude: {
		Remedy: RemedyService,
		Chinese: Advice{
			Check:  "按客服组、班次和人看聊天记录原文，从变差那天起读二十段：是个别人，还是规定逼出来的（不让退、考核结束时间）。",
			Change: "个别人先下线带教；规定逼的改规定，给一线小额赔付的权力；禁用反问、冷笑式表情和敷衍的话，写进质检单。",
			Tell:   "由主管联系受气的买家，为那句话道歉，并把他原来的问题解决掉；不要求删评。",
			Verify: "比较改动后付款、由该组接待的订单，态度问题占比；每周抽读二十段，由别组的人打分。",
		},
		English: Advice{
			Check:  "Read the chats by group, shift and person, twenty of them from the day it became worse: is it one person, or rules that force it, such as no refunds or a time limit for chats?",
			Change: "Take that person off the line and train him; change rules that force it and let the front line settle small sums. Ban retorts, sneering stickers and brush-offs, and check for them.",
			Tell:   "A supervisor says sorry for the very words and settles what the buyer came for. Do not ask for the review to be removed.",
			Verify: "Watch attitude among orders that the group served since; have another group mark twenty chats a week.",
		},
	},
	ccr.ServiceResponse: {
		Remedy: RemedyService,
		Chinese: Advice{
			Check:  "按小时看没人回和回得慢的咨询：集中在晚上、大促还是交接班；看机器人是不是把人挡在了外面。",
			Change: "高峰加人、错开休息；最常问的五个问题做成快捷回复；机器人两轮没解决就转人工。",
			Tell:   "不能马上解决的，先说几点前答复，到点一定回；夜间写明上班时间。",
			Verify: "看改排班后三分钟回复率和回复慢的占比，分时段看。",
		},
		English: Advice{
			Check:  "Which hours have questions without an answer or a late one: nights, sales, changes of shift? Does the bot keep people out?",
			Change: "More people at the peaks and staggered breaks; ready answers for the five commonest questions; from the bot to a person after two rounds.",
			Tell:   "When it takes time, say by when there will be an answer, and keep to it. Show the hours at night.",
			Verify: "Watch the share answered within three minutes and complaints about answers, hour by hour.",
		},
	},
	ccr.ServiceAfterSales: {
		Remedy: RemedyService,
		Chinese: Advice{
			Check:  "画出这些售后单每一步停了几天：等审核、等寄回、等验货、等退款；看卡在哪一步、被拒的理由是什么。",
			Change: "小额直接退不寄回；每一步定时限，超时自动通过；拒绝必须写明依据，并由第二个人复核。",
			Tell:   "一次说清要什么材料、几天退到账；进度变了主动告知，不让买家来问。",
			Verify: "看退款平均天数和售后问题占比；同一买家反复来问的次数应下降。",
		},
		English: Advice{
			Check:  "Draw how many days each step of these cases took: approval, sending back, inspection, payment. Where does it stand still, and what are refusals based on?",
			Change: "Pay small sums back without the goods; a limit for each step, after which it is approved; refusals with their ground and a second pair of eyes.",
			Tell:   "Say once what is needed and in how many days the money arrives; tell of progress before being asked.",
			Verify: "Watch days to refund and complaints about it; buyers should ask less often about the same case.",
		},
	},
	ccr.ServicePromise: {
		Remedy: RemedyService,
		Chinese: Advice{
			Check:  "列出买家说的每个承诺：赠品、时效、返现、保修，找出是谁在哪里答应的（页面、直播、客服）。",
			Change: "做不到的从页面和话术里删掉；赠品和主件一起进装箱清单；停止好评返现这类平台禁止的做法。",
			Tell:   "答应过的照办，缺的补寄；办不到的说明原因并给等值补偿。",
			Verify: "看清理承诺之后付款的订单，承诺问题占比；补寄赠品次数应趋近零。",
		},
		English: Advice{
			Check:  "List each promise that buyers name: gifts, times, cash back, warranty. Who made it where: page, live stream, chat?",
			Change: "Take what cannot be kept off page and scripts; put gifts on the packing list; stop paying for good reviews, which platforms forbid.",
			Tell:   "Keep what was promised and send what is missing; where that is impossible say why and give its worth.",
			Verify: "Watch promises among orders paid since; gifts sent after should come near none.",
		},
	},
	ccr.LogisticsDispatch: {
		Remedy: RemedyLogistics,
		Chinese: Advice{
			Check:  "看这些订单付款到出库的小时数：缺货、爆单还是漏单；缺货的查库存为什么不准。",
			Change: "缺货的当场下架或改预售并写明日期；大促前定截单时间和加班仓；每天清一次超过承诺的未发订单。",
			Tell:   "预计发不出时，在承诺时间之前告诉买家，让他选等、换或退，并给补偿。",
			Verify: "看付款到出库的中位数和最慢的一成，以及发货问题占比。",
		},
		English: Advice{
			Check:  "Hours from payment to dispatch of these orders: out of stock, too many orders, or overlooked? If out of stock, why was the stock wrong?",
			Change: "Take down what is out of stock or sell it with a date; a cut-off and a second shift for sales; clear orders past their promise daily.",
			Tell:   "Tell the buyer before the promised time, not after: wait, exchange or refund as he likes, with something for it.",
			Verify: "Watch the median and the slowest tenth from payment to dispatch, and complaints about it.",
		},
	},
	ccr.LogisticsSpeed: {
		Remedy: RemedyLogistics,
		Chinese: Advice{
			Check:  "按快递和地区分开看在途天数：通常是某个快递的某条线；在轨迹里找停得最久的那个中转站。",
			Change: "这条线换快递或换仓发；换不了的，把页面上到这个地区的时效改成实际天数；带着数据要求快递限期改善。",
			Tell:   "已在路上的，主动告知停在哪里、预计哪天到；超过承诺的先补偿或补发。",
			Verify: "看换线之后付款、发往该地区的订单：在途天数和慢的占比都应回到其他快递的水平。",
		},
		English: Advice{
			Check:  "Days on the way by carrier and region: mostly it is one carrier on one route. Find the hub where the parcels stand longest.",
			Change: "Another carrier or warehouse for that route; else show its real days on the page. Take the figures to the carrier and set a date.",
			Tell:   "For parcels on the way say where they are and when they come; past the promise, compensate or send another first.",
			Verify: "For orders to that region paid since: days on the way and complaints about speed should be those of other carriers.",
		},
	},
	ccr.LogisticsLoss: {
		Remedy: RemedyLogistics,
		Chinese: Advice{
			Check:  "看最后一条轨迹停在哪：没揽收、中转丢失、显示签收但人没拿到；后者看是否集中在某个网点、代收点。",
			Change: "超过几天没有更新的自动报查；集中的网点换快递或要求电话联系后再放代收；贵重的加保价。",
			Tell:   "买家说没收到，先补发或退款，再去找快递赔，不让买家自己去追。",
			Verify: "看改动后付款订单的丢件占比，按网点看；同时看报查到解决的天数。",
		},
		English: Advice{
			Check:  "Where does the trace end: never collected, lost at a hub, or signed for without the buyer? For the last, is it one depot or pick-up point?",
			Change: "Open a query by itself after some days without news; for that depot another carrier, or a call before leaving it at a pick-up point; insure what is dear.",
			Tell:   "Send another or pay first, then claim from the carrier. Never send the buyer after the parcel.",
			Verify: "Watch losses among orders paid since, by depot, and the days from query to settlement.",
		},
	},
	ccr.LogisticsCourier: {
		Remedy: RemedyLogistics,
		Chinese: Advice{
			Check:  "把投诉按快递和网点归类：不送上门、不打电话、态度差、摔件；看是不是大件或没电梯的楼。",
			Change: "面单备注送货上门；大件换能上楼的快递；同一网点一个月几次的，向快递总部投诉并换线。",
			Tell:   "承认是我们选的快递，替买家去投诉，并约好再送一次；不把买家推给快递。",
			Verify: "看该网点改动后付款的订单，快递员问题占比。",
		},
		English: Advice{
			Check:  "Sort by carrier and depot: not brought to the door, no call, rude, thrown? Is it heavy goods, houses without a lift?",
			Change: "Delivery to the door on the label; a carrier that carries upstairs for heavy goods; complain to the carrier's head office about a depot that recurs and change the route.",
			Tell:   "We chose the carrier: complain for the buyer and arrange another delivery. Do not pass him on.",
			Verify: "Watch couriers among orders that this depot delivered and that were paid since.",
		},
	},
	ccr.Overall: {
		Remedy: RemedyFollowUp,
		Chinese: Advice{
			Check:  "只说不好、没说哪里不好：读原话前后的聊天和售后单，多半能找到具体问题；再看集中在哪个批次、地区、客服组。",
			Change: "在签收后的回访里问一个具体问题（货、服务、物流哪里不满意），按答案归到对应问题再处理。",
			Tell:   "三天内由真人联系，先听完再给办法；不问能不能改评价。",
			Verify: "说不清哪里不好的占比应下降，具体问题随之显出来；再对具体问题看改善。",
		},
		English: Advice{
			Check:  "Bad, but not in what: the chats and after-sale cases around it mostly tell. Then see whether it gathers in a batch, a region, a service group.",
			Change: "Ask one plain question after delivery, goods, service or transport, and deal with the answer as the problem it names.",
			Tell:   "A person calls within three days, listens to the end, then offers something; and does not ask about the review.",
			Verify: "Complaints without a particular should fall and particular ones appear; then watch those.",
		},
	},
}
